import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files kept under the digest of their content: packages that may be rolled back to, evidence that may be judged again. */
export interface ObjectStore {
  put(bytes: Uint8Array): Promise<string>;
  /**
   * @returns the path of an object whose content was checked against its digest.
   * @throws ObjectMissingError when it is absent or altered.
   */
  path(digest: string): Promise<string>;
}

/** An object is absent, or its content no longer matches its name. */
export class ObjectMissingError extends Error {
  override readonly name = 'ObjectMissingError';
}

export function digestOfBytes(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function directoryObjects(directory: string): ObjectStore {
  const fileOf = (digest: string) => {
    const hex = digest.replace(/^sha256:/, '');
    return join(directory, hex.slice(0, 2), hex);
  };
  return {
    async put(bytes) {
      const digest = digestOfBytes(bytes);
      const file = fileOf(digest);
      await mkdir(dirname(file), { recursive: true });
      const draft = `${file}.${randomUUID()}.tmp`;
      await writeFile(draft, bytes, { flush: true });
      await rename(draft, file);
      return digest;
    },
    async path(digest) {
      const file = fileOf(digest);
      let bytes: Buffer;
      try {
        bytes = await readFile(file);
      } catch (cause) {
        throw new ObjectMissingError(`${digest} is not kept in ${directory}`, { cause });
      }
      if (digestOfBytes(bytes) !== digest) throw new ObjectMissingError(`${file} does not match its digest: it was altered`);
      return file;
    },
  };
}
