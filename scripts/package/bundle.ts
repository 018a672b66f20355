import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** Tidegate as files that need neither ts-node nor the CDK nor its repository: what the npm package and the actions carry. */

/** Paths in the bundle, with `/`, and what is there. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

export const BUNDLE_DIRECTORY = join('.github', 'actions', 'bundle');

const LAMBDA_RUNTIME = join('src', 'twin', 'lambda');
/** k6 runs these as they are; `src/contract.ts` is the only other file that they load. */
const K6_LIBRARY = ['arrivals', 'credentials', 'plain', 'requests', 'routes', 'shapes', 'sigv4', 'start', 'summary'];
const TOOLCHAIN = ['tools.json', 'k6/go.mod', 'k6/go.sum'];

/** Where each file of the bundle comes from, relative to the repository. */
const COPIED: Readonly<Record<string, string>> = {
  // The twin copies its runtime from beside the program (src/twin/lambda/runtime-files.ts).
  'bootstrap.cjs': join(LAMBDA_RUNTIME, 'bootstrap.cjs'),
  'lookup-errors.cjs': join(LAMBDA_RUNTIME, 'lookup-errors.cjs'),
  'src/contract.ts': join('src', 'contract.ts'),
  ...copies('k6', K6_LIBRARY, '.ts'),
  ...copies('scripts/toolchain', TOOLCHAIN, ''),
};

function copies(folder: string, names: readonly string[], extension: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`${folder}/${name}${extension}`, join(folder, `${name}${extension}`)]));
}

/** The same sources give the same bytes. @throws Error when the program does not compile or a file is missing */
export async function bundleFiles(root: string): Promise<BundleFiles> {
  const files = new Map<string, Uint8Array>([
    ['tidegate.cjs', await compiled(root, 'src/cli/package.ts', PROGRAM)],
    ['tidegate.mjs', await compiled(root, 'scripts/package/tidegate.mjs', LAUNCHER)],
    ['package.json', await manifest(root)],
  ]);
  for (const [path, source] of Object.entries(COPIED)) files.set(path, await readFile(join(root, source)));
  return files;
}

/** Names and statements stay as they were written, for stack traces; lines are short enough for a diff. */
const READABLE = { bundle: true, platform: 'node', minifyWhitespace: true, lineLimit: 160, legalComments: 'none' } as const;

const PROGRAM: BuildOptions = {
  ...READABLE,
  format: 'cjs',
  target: 'node24',
  alias: {
    esbuild: './scripts/package/lazy-esbuild.ts',
    // The twin sends INFO and CONFIG: the modules of Redis Stack are dead weight.
    redis: '@redis/client',
  },
  // The bundle begins in package.ts, not in every module that could be a program of its own.
  define: { 'require.main': 'undefined' },
};

/** Runs on whatever Node there is, to find the one that the program runs on. */
const LAUNCHER: BuildOptions = { ...READABLE, format: 'esm', target: 'node20' };

async function compiled(root: string, entry: string, options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'out.js',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return file.contents;
}

/** `type: commonjs`, so that no project around the bundle decides what its files are. */
async function manifest(root: string): Promise<Uint8Array> {
  const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return json({ name: 'tidegate-bundle', version, license, private: true, type: 'commonjs' });
}

export function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

/** Makes a directory hold the files and nothing else. */
export async function writeFiles(directory: string, files: BundleFiles): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}

/** The files of a directory as a bundle; empty when it does not exist. */
export async function readFiles(directory: string): Promise<BundleFiles> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (path) => [path.slice(directory.length + 1).replaceAll('\\', '/'), await readFile(path)] as const);
  return new Map(await Promise.all(read));
}
