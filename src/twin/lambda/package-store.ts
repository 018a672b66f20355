import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { LambdaPackage } from '../ports';

/** Unpacks packages, once per digest. */
export interface PackageStore {
  /**
   * @returns the directory that holds the package's files.
   * @throws when the zip's sha256 is not the digest it was published as, or an entry would leave the directory.
   */
  unpack(pkg: LambdaPackage): Promise<string>;
}

export function createPackageStore(directory: string): PackageStore {
  const unpacked = new Map<string, Promise<string>>();
  return {
    unpack(pkg) {
      const known = unpacked.get(pkg.digest);
      if (known) return known;
      const fresh = unpackInto(path.join(directory, pkg.digest.replace(':', '-')), pkg);
      unpacked.set(pkg.digest, fresh);
      fresh.catch(() => unpacked.delete(pkg.digest));
      return fresh;
    },
  };
}

async function unpackInto(target: string, pkg: LambdaPackage): Promise<string> {
  const zip = await readFile(pkg.zipPath);
  const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`;
  // What was tested is what ships: a package that changed on disk must not run under the old digest.
  if (digest !== pkg.digest) throw new Error(`${pkg.zipPath} has digest ${digest}, published as ${pkg.digest}`);
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    if (name.endsWith('/')) continue;
    const file = path.resolve(partial, name);
    if (!file.startsWith(partial + path.sep)) throw new Error(`${pkg.zipPath}: entry ${name} leaves the package`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
  return target;
}
