import { copyFile, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type OpenedAssembly, openAssembly } from './assembly';
import { digestOfAssembly } from './assembly-digest';
import { type AssemblyManifest, BUILD_FILES } from './assembly-manifest';
import { synthesize } from './assembly-synth';
import { buildRelease } from './build';
import { ConfigurationError, InterruptedError } from './errors';
import { type SizeReport, sizeReport } from './size-report';

export interface AssemblyRequest {
  readonly root: string;
  readonly entry: string;
  /** The policy's file, absolute. */
  readonly policy: string;
  /** Where manifest, package and assembly go; what an earlier build left there is replaced. */
  readonly out: string;
  readonly toolVersion: string;
  readonly signal: AbortSignal;
}

export interface BuiltAssembly {
  readonly release: Extract<OpenedAssembly, { ok: true }>['release'];
  readonly size: SizeReport;
}

/**
 * Builds a release once for both tiers: the Lambda package, the cloud assembly that holds it, and a manifest of every file.
 * `out` is replaced as a whole when everything is there; until then it stays as it was.
 * @throws ConfigurationError when the entry, the policy or the infrastructure cannot be built, or `out` holds something else
 */
export async function buildAssembly(request: AssemblyRequest): Promise<BuiltAssembly> {
  const { root, entry, policy, out, toolVersion, signal } = request;
  await refuseToReplace(out);
  const work = await mkdtemp(join(tmpdir(), 'tidegate-build-'));
  try {
    const built = await buildRelease({ root, entry, environment: {}, directory: work });
    const directory = join(work, BUILD_FILES.assembly);
    await synthesize({ root, directory, entry, policy, signal });
    await rename(built.zipPath, join(work, BUILD_FILES.package));
    const { digest: assemblyDigest, files } = await digestOfAssembly(directory);
    const { packageDigest, commit } = built;
    const whole = { schemaVersion: 1, assemblyDigest, packageDigest, commit, entry: built.entry, toolVersion, files } as const;
    await writeFile(
      join(work, BUILD_FILES.manifest),
      `${JSON.stringify({ ...whole, files: [...files] } satisfies AssemblyManifest, null, 2)}\n`,
    );
    const opened = await openAssembly(work);
    if (!opened.ok) throw new ConfigurationError(`what was built would be refused (${opened.code}): ${opened.message}`);
    const size = await sizeReport(root, built.entry, join(work, BUILD_FILES.package));
    if (signal.aborted) throw new InterruptedError('stopped before the assembly was put in place');
    await putInPlace(work, out);
    return {
      release: {
        ...opened.release,
        zipPath: join(out, BUILD_FILES.package),
        assembly: { digest: assemblyDigest, directory: join(out, BUILD_FILES.assembly) },
      },
      size,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Replaces nothing but an earlier build: a mistyped --out must not cost anybody a directory. */
async function refuseToReplace(out: string): Promise<void> {
  const names = await readdir(out).catch((error: unknown) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return [];
    throw new ConfigurationError(`${out}: cannot be replaced; give another with --out DIR`, { cause: error });
  });
  const isBuild = names.every((name) => Object.values<string>(BUILD_FILES).includes(name));
  if (!isBuild) throw new ConfigurationError(`${out}: holds something else than a build; give another with --out DIR`);
}

/** By names beside it on the same disk: whoever reads `out` meets the old build or the new one, whole. */
async function putInPlace(work: string, out: string): Promise<void> {
  await mkdir(dirname(out), { recursive: true });
  const draft = await mkdtemp(`${out}.new-`);
  const old = `${draft}.old`;
  try {
    await cp(join(work, BUILD_FILES.assembly), join(draft, BUILD_FILES.assembly), { recursive: true });
    for (const name of [BUILD_FILES.package, BUILD_FILES.manifest]) await copyFile(join(work, name), join(draft, name));
    const hadOne = await rename(out, old).then(
      () => true,
      () => false,
    );
    await rename(draft, out).catch(async (error: unknown) => {
      if (hadOne) await rename(old, out);
      throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}
