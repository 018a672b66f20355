import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '../ledger/objects';

export interface AssemblyFile {
  /** Relative to the assembly, with `/` on every system. */
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
}

/** Something is in the assembly, or it is somewhere, where only plain files and directories may be. */
export class NotPlainError extends Error {
  override readonly name = 'NotPlainError';
}

/**
 * Names a cloud assembly by its content: sha256 of a line `<sha256 in hex>  <path>` for each file, ordered by the bytes of the
 * paths. Without Tidegate: `find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum`.
 * @throws NotPlainError for a link or anything else that is neither file nor directory: it could mean another file tomorrow
 */
export async function digestOfAssembly(directory: string): Promise<{ readonly digest: string; readonly files: readonly AssemblyFile[] }> {
  if (!(await lstat(directory)).isDirectory()) throw new NotPlainError(`${directory}: is no directory`);
  const files = (await filesBelow(directory, '')).sort(byPath);
  return { digest: digestOfFiles(files), files };
}

/** The digest that files of these digests give, in the order given. */
export function digestOfFiles(files: readonly Pick<AssemblyFile, 'path' | 'digest'>[]): string {
  const lines = files.map(({ path, digest }) => `${digest.slice('sha256:'.length)}  ${path}\n`);
  return digestOfBytes(Buffer.from(lines.join('')));
}

/** The order of `LC_ALL=C sort`. */
export function byPath(a: Pick<AssemblyFile, 'path'>, b: Pick<AssemblyFile, 'path'>): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

async function filesBelow(directory: string, folder: string): Promise<AssemblyFile[]> {
  const files: AssemblyFile[] = [];
  for (const each of await readdir(join(directory, folder), { withFileTypes: true })) {
    const path = folder === '' ? each.name : `${folder}/${each.name}`;
    if (each.isDirectory()) files.push(...(await filesBelow(directory, path)));
    else if (each.isFile()) {
      const bytes = await readFile(join(directory, path));
      files.push({ path, digest: digestOfBytes(bytes), bytes: bytes.length });
    } else throw new NotPlainError(`${path}: is ${each.isSymbolicLink() ? 'a symbolic link' : 'no plain file'}`);
  }
  return files;
}
