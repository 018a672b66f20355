import { createHash } from 'node:crypto';
import { copyFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openAssembly } from '../../../src/pipeline/assembly';
import { digestOfAssembly } from '../../../src/pipeline/assembly-digest';
import { assemblyManifestSchema, BUILD_FILES } from '../../../src/pipeline/assembly-manifest';
import { buildRelease } from '../../../src/pipeline/build';
import type { ReleasePackage } from '../../../src/targets/target';

/**
 * The assembly of another release, made from a built one by putting the other's package in the place of its own: what a build of
 * it gives, without the seconds that the CDK takes.
 * @param out a new directory
 */
export async function repacked(root: string, built: ReleasePackage, entry: string, out: string): Promise<ReleasePackage> {
  const other = await buildRelease({ root, entry, environment: {}, directory: `${out}-package` });
  await cp(dirname(built.zipPath), out, { recursive: true });
  const directory = join(out, BUILD_FILES.assembly);
  await replaceAsset(directory, built, other);
  await copyFile(other.zipPath, join(out, BUILD_FILES.package));
  const manifest = assemblyManifestSchema.parse(JSON.parse(await readFile(join(out, BUILD_FILES.manifest), 'utf8')));
  const { digest: assemblyDigest, files } = await digestOfAssembly(directory);
  const { packageDigest } = other;
  await writeFile(join(out, BUILD_FILES.manifest), JSON.stringify({ ...manifest, entry, packageDigest, assemblyDigest, files }));
  const opened = await openAssembly(out);
  if (!opened.ok) throw new Error(opened.message);
  return opened.release;
}

async function replaceAsset(directory: string, built: ReleasePackage, other: ReleasePackage): Promise<void> {
  const names = await readdir(directory);
  const [, asset = ''] = names.map((name) => /^asset\.(\w+)\.zip$/.exec(name)).find((found) => found !== null) ?? [];
  const replaced = new Map([
    [asset, sha256(other.packageDigest)],
    [base64(built.packageDigest), base64(other.packageDigest)],
  ]);
  for (const name of names.filter((each) => each.endsWith('.template.json'))) {
    const before = await readFile(join(directory, name), 'utf8');
    replaced.set(sha256(before), sha256(withAll(before, replaced)));
  }
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    await writeFile(join(directory, name), withAll(await readFile(join(directory, name), 'utf8'), replaced));
  }
  await rm(join(directory, `asset.${asset}.zip`));
  await copyFile(other.zipPath, join(directory, `asset.${replaced.get(asset)}.zip`));
}

function base64(digest: string): string {
  return Buffer.from(digest.slice('sha256:'.length), 'hex').toString('base64');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function withAll(text: string, replaced: ReadonlyMap<string, string>): string {
  return [...replaced].reduce((all, [from, to]) => all.replaceAll(from, to), text);
}
