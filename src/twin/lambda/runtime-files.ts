import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

const FILES = ['bootstrap.cjs', 'lookup-errors.cjs'] as const;

/**
 * Puts the runtime of the environments where they load it from, outside of this program's own tree: an environment must
 * not find the twin's modules beside its runtime. A bundle of this program keeps the files beside itself.
 * @returns the arguments of Node that start it.
 */
export async function writeRuntime(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  for (const file of FILES) await copyFile(path.join(__dirname, file), path.join(directory, file));
  return [path.join(directory, FILES[0])];
}
