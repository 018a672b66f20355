import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { builtOf } from '../ledger/history';
import { ObjectMissingError } from '../ledger/objects';
import type { Assembly, ReleasePackage } from '../targets/target';
import { openAssembly } from './assembly';
import { digestOfAssembly } from './assembly-digest';
import { assemblyPathSchema, BUILD_FILES } from './assembly-manifest';
import { newEntry } from './production';
import type { Workspace } from './workspace';

type Kept = Pick<Workspace, 'ledger' | 'objects'>;

/** A zip stores local times without a zone: a fixed local time gives the same bytes everywhere. */
const ZIP_TIME = new Date(1980, 0, 1);

/**
 * Keeps a release's assembly, so that it can be deployed again when the machine that built it is gone: an archive among the
 * kept files and, the first time, a `built` entry that names it and the package.
 * @throws LedgerUnreadableError when it cannot be kept; ObjectMissingError when it is not what was built any more
 */
export async function keepAssembly({ ledger, objects }: Kept, release: ReleasePackage & { readonly assembly: Assembly }): Promise<void> {
  const archive = await objects.put(await archiveOf(dirname(release.assembly.directory)));
  const known = builtOf(await ledger.read(), release.digest);
  if (known?.archive === archive && known.packageDigest === release.packageDigest) return;
  await ledger.append(newEntry('aws', release, { kind: 'built', packageDigest: release.packageDigest, archive }));
}

/**
 * An assembly that was kept, unpacked below `directory` and checked, every file of it.
 * @throws ObjectMissingError when it was never kept, is absent or altered
 */
export async function keptAssembly(
  { ledger, objects }: Kept,
  digest: string,
  directory: string,
): Promise<ReleasePackage & { readonly assembly: Assembly }> {
  const built = builtOf(await ledger.read(), digest);
  if (built === null) throw new ObjectMissingError(`the ledger holds no assembly ${digest}`);
  const bytes = await readFile(await objects.path(built.archive));
  await mkdir(directory, { recursive: true });
  const out = await mkdtemp(join(directory, 'kept-'));
  await unpack(bytes, out);
  const opened = await openAssembly(out);
  if (opened.ok && opened.release.digest === digest && opened.release.packageDigest === built.packageDigest) return opened.release;
  await rm(out, { recursive: true, force: true });
  throw new ObjectMissingError(
    `the archive ${built.archive} does not hold the assembly ${digest}: ${opened.ok ? `it holds ${opened.release.digest}` : opened.message}`,
  );
}

/** The same bytes for the same build: manifest, package and assembly, in the order of their names. */
async function archiveOf(out: string): Promise<Uint8Array> {
  const opened = await openAssembly(out);
  if (!opened.ok) throw new ObjectMissingError(`${out} is not kept (${opened.code}): ${opened.message}`);
  const { files } = await digestOfAssembly(join(out, BUILD_FILES.assembly));
  const names = [BUILD_FILES.manifest, BUILD_FILES.package, ...files.map(({ path }) => `${BUILD_FILES.assembly}/${path}`)];
  const contents = await Promise.all(names.map(async (name) => [name, await readFile(join(out, name))] as const));
  return zipSync(Object.fromEntries(contents), { level: 9, mtime: ZIP_TIME });
}

async function unpack(archive: Uint8Array, out: string): Promise<void> {
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    if (!assemblyPathSchema.safeParse(name).success) throw new ObjectMissingError(`the archive holds "${name}", a path outside of it`);
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), bytes);
  }
}
