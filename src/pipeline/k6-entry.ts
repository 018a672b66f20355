import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ConfigurationError } from './errors';

export interface EntryRequest {
  /** Where the script's project is. */
  readonly root: string;
  /** As the policy writes it. */
  readonly script: string;
}

/** A script that shapes the policy's load itself says so (k6/shapes.ts): options of its own are those of many a plain script. */
const OWN_ENTRY = ['appliesPolicyLoad', 'options', 'handleSummary'];

/**
 * The file that k6 is started with: the script itself when it says that it applies the policy's load, else an entry around it
 * that does, whatever options and totals the script has, written into `directory`. A script that cannot be read is k6's to complain about.
 * @throws ConfigurationError when there is nothing in the script that could be called
 */
export async function k6Entry(request: EntryRequest, directory: string, name: string): Promise<string> {
  const text = await entryAround(request);
  if (text === null) return join(request.root, request.script);
  const path = join(directory, `k6-${name}-entry.js`);
  await mkdir(directory, { recursive: true });
  await writeFile(path, text);
  return path;
}

/** @returns the text of the entry; null for a script that needs none */
export async function entryAround({ root, script }: EntryRequest): Promise<string | null> {
  const path = join(root, script);
  const exported = await exportsOf(root, path);
  if (exported === null || OWN_ENTRY.every((name) => exported.includes(name))) return null;
  if (!exported.includes('default'))
    throw new ConfigurationError(
      `${script}: exports ${exported.join(', ') || 'nothing'}; a k6 script needs a default function that makes its requests to BASE_URL`,
    );
  const library = (file: string) => JSON.stringify(join(k6Library(), file));
  return [
    `import * as script from ${JSON.stringify(path)};`,
    `import { plainRun } from ${library('plain.ts')};`,
    `export { handleSummary } from ${library('summary.ts')};`,
    '',
    'const run = plainRun(script);',
    'export const { options, setup, teardown, wake } = run;',
    'export default run.iterate;',
    '',
  ].join('\n');
}

/** @returns null when the script cannot be read or has an error in it */
async function exportsOf(root: string, path: string): Promise<readonly string[] | null> {
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [path],
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      external: ['k6', 'k6/*', 'http://*', 'https://*'],
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  } catch (error) {
    if (error instanceof Error && 'errors' in error) return null;
    throw error;
  }
}

/** Beside a bundle of this program, else in its repository. */
function k6Library(): string {
  const beside = join(__dirname, 'k6');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', 'k6');
}
