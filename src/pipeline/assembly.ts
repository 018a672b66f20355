import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOfBytes } from '../ledger/objects';
import type { ReleasePackage } from '../targets/target';
import { type AssemblyFile, byPath, digestOfAssembly, digestOfFiles, NotPlainError } from './assembly-digest';
import { type AssemblyManifest, assemblyManifestSchema, BUILD_FILES, isCommitted, notCommitted } from './assembly-manifest';

/** Why a built assembly is refused. A closed list: other tools read the codes. */
export type AssemblyRefusal =
  | 'manifest-unreadable'
  | 'file-differs'
  | 'file-missing'
  | 'file-extra'
  | 'not-a-plain-file'
  | 'package-differs'
  | 'package-not-an-asset'
  | 'digest-not-expected'
  | 'not-committed';

export type OpenedAssembly =
  | { readonly ok: true; readonly release: ReleasePackage & { readonly assembly: NonNullable<ReleasePackage['assembly']> } }
  | { readonly ok: false; readonly code: AssemblyRefusal; readonly message: string };

const refuse = (code: AssemblyRefusal, message: string): OpenedAssembly => ({ ok: false, code, message });

/**
 * Opens what `tidegate build` wrote and looks at every byte of it. Checked again at each use, because what was tested must be what ships.
 * @param out the directory with manifest, package and assembly
 * @returns the release, or the first file that is not what was built
 */
export async function openAssembly(out: string): Promise<OpenedAssembly> {
  const manifest = await readManifest(join(out, BUILD_FILES.manifest));
  if ('problem' in manifest) return refuse('manifest-unreadable', manifest.problem);
  const directory = join(out, BUILD_FILES.assembly);
  let files: readonly AssemblyFile[];
  try {
    ({ files } = await digestOfAssembly(directory));
  } catch (error) {
    if (error instanceof NotPlainError) return refuse('not-a-plain-file', error.message);
    return refuse('file-missing', `${directory}: cannot be read (${error instanceof Error ? error.message : error})`);
  }
  return (
    firstDifference(manifest.files, files) ??
    (await refusedPackage(out, manifest.packageDigest)) ??
    (await refusedAsset(directory, files, manifest.packageDigest)) ?? { ok: true, release: releaseOf(out, manifest) }
  );
}

/**
 * Opens a build that is to be deployed, judged or recorded: whole, the one that was meant, and of a commit that others can have.
 * @param expected the assembly digest that it must have, if somebody says one
 */
export async function openRelease(out: string, expected?: string): Promise<OpenedAssembly> {
  const opened = await openAssembly(out);
  if (!opened.ok) return opened;
  const { digest, commit } = opened.release;
  if (expected !== undefined && expected !== digest) return refuse('digest-not-expected', `the assembly is ${digest}, not ${expected}`);
  return isCommitted(commit) ? opened : refuse('not-committed', notCommitted(commit));
}

function releaseOf(out: string, manifest: AssemblyManifest) {
  const { assemblyDigest: digest, packageDigest, entry, commit } = manifest;
  const assembly = { digest, directory: join(out, BUILD_FILES.assembly) };
  return { digest, packageDigest, zipPath: join(out, BUILD_FILES.package), assembly, entry, commit, environment: {} };
}

async function readManifest(path: string): Promise<AssemblyManifest | { readonly problem: string }> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return { problem: `${path}: cannot be read; give the directory that \`tidegate build\` wrote` };
  const parsed = assemblyManifestSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${path}: ${issue?.path.join('.') || '(top)'}: ${issue?.message ?? 'not a manifest'}` };
  }
  const files = [...parsed.data.files].sort(byPath);
  if (digestOfFiles(files) === parsed.data.assemblyDigest) return { ...parsed.data, files };
  return { problem: `${path}: its files do not give the digest ${parsed.data.assemblyDigest} that it names` };
}

/** The first path, in order, at which what is there is not what was built. */
function firstDifference(built: readonly AssemblyFile[], found: readonly AssemblyFile[]): OpenedAssembly | null {
  const there = new Map(found.map((file) => [file.path, file]));
  const known = new Map(built.map((file) => [file.path, file]));
  for (const { path } of [...known.values(), ...there.values()].sort(byPath)) {
    const [was, is] = [known.get(path), there.get(path)];
    if (is === undefined) return refuse('file-missing', `${path}: is missing from the assembly`);
    if (was === undefined) return refuse('file-extra', `${path}: was not there when the assembly was built`);
    if (was.digest !== is.digest) return refuse('file-differs', `${path}: is ${is.digest}, but ${was.digest} was built`);
  }
  return null;
}

async function refusedPackage(out: string, packageDigest: string): Promise<OpenedAssembly | null> {
  const path = join(out, BUILD_FILES.package);
  const isFile = await lstat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return refuse('package-differs', `${BUILD_FILES.package}: is missing, or no plain file`);
  const digest = digestOfBytes(await readFile(path));
  if (digest === packageDigest) return null;
  return refuse('package-differs', `${BUILD_FILES.package}: is ${digest}, but ${packageDigest} was built`);
}

/** What CDK writes beside each template: which files go to AWS as they are, and which are zipped on the way. */
const assetManifestSchema = z.object({
  files: z.record(z.string(), z.object({ source: z.object({ path: z.string().optional(), packaging: z.string().optional() }) })),
});

/** An asset of any other bytes, or one that is zipped again, would get another CodeSha256 than the package that was judged. */
async function refusedAsset(directory: string, files: readonly AssemblyFile[], packageDigest: string): Promise<OpenedAssembly | null> {
  const same = new Set(files.filter(({ digest }) => digest === packageDigest).map(({ path }) => path));
  for (const { path } of files.filter((file) => file.path.endsWith('.assets.json'))) {
    const parsed = assetManifestSchema.safeParse(jsonOf(await readFile(join(directory, path), 'utf8')));
    const sources = parsed.success ? Object.values(parsed.data.files).map(({ source }) => source) : [];
    if (sources.some((source) => source.packaging === 'file' && source.path !== undefined && same.has(source.path))) return null;
  }
  return refuse('package-not-an-asset', `no file asset of the assembly is the package ${packageDigest}: AWS would run another one`);
}

/** Undefined for what is no JSON: no schema accepts it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
