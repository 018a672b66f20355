import { mkdir, stat, writeFile } from 'node:fs/promises';
import { extname, join, relative, resolve } from 'node:path';
import { type BuildFailure, type BuildOptions, build } from 'esbuild';
import { zipSync } from 'fflate';
import { digestOfBytes } from '../ledger/objects';
import type { ReleasePackage } from '../targets/target';
import { LAMBDA_BUNDLE } from './bundle-options';
import { commitOf } from './commit';
import { ConfigurationError } from './errors';

/** A zip stores local times without a zone: a fixed local time gives the same bytes everywhere. */
const ZIP_TIME = new Date(1980, 0, 1);
export const ENTRY_TYPES: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

export interface BuildRequest {
  readonly root: string;
  /** A Lambda handler entry (one of ENTRY_TYPES) that exports `handler`, relative to `root` or absolute. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}

/**
 * Bundles a handler entry into a deterministic zip and names it by its digest: the same sources give the same bytes.
 * @throws ConfigurationError when the entry is missing, of another type, does not compile or exports no handler.
 */
export async function buildRelease(request: BuildRequest): Promise<ReleasePackage> {
  const path = resolve(request.root, request.entry);
  const entry = relative(request.root, path);
  if (!ENTRY_TYPES.includes(extname(path))) {
    throw new ConfigurationError(`${request.entry}: a release is a ${ENTRY_TYPES.join(', ')} file that exports \`handler\``);
  }
  if (!(await stat(path).catch(() => null))?.isFile()) throw new ConfigurationError(`${request.entry}: no such file`);
  const code = await bundle(request.root, path, entry);
  const zip = zipSync({ 'index.js': [code, { level: 9, mtime: ZIP_TIME }] });
  const digest = digestOfBytes(zip);
  await mkdir(request.directory, { recursive: true });
  const zipPath = join(request.directory, `${digest.slice('sha256:'.length)}.zip`);
  await writeFile(zipPath, zip);
  const commit = await commitOf(request.root);
  return { digest, packageDigest: digest, zipPath, assembly: null, entry, commit, environment: request.environment };
}

async function bundle(root: string, path: string, entry: string): Promise<Uint8Array> {
  const options: BuildOptions = { ...LAMBDA_BUNDLE, absWorkingDir: root, entryPoints: [path], outfile: 'index.js', logLevel: 'silent' };
  try {
    const { outputFiles } = await build({ ...options, write: false });
    await requireHandler(options, entry);
    const [file] = outputFiles;
    if (!file) throw new ConfigurationError(`${entry}: esbuild wrote nothing`);
    return file.contents;
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause;
    const first = cause.errors[0];
    const place = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new ConfigurationError(`${entry}: does not compile: ${place}${first?.text ?? cause.message}`, { cause });
  }
}

/** Only an ES module output lists its exports; a CommonJS entry lists none and is left to INIT. */
async function requireHandler(options: BuildOptions, entry: string): Promise<void> {
  const { metafile } = await build({ ...options, format: 'esm', packages: 'external', minify: false, write: false, metafile: true });
  const [output] = Object.values(metafile.outputs);
  const exported = output?.exports ?? [];
  const commonJs = exported.length === 1 && exported[0] === 'default';
  if (!commonJs && !exported.includes('handler')) {
    throw new ConfigurationError(`${entry}: exports ${exported.join(', ') || 'nothing'}, but no \`handler\``);
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
