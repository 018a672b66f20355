import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { previewFiles } from '../src/report/samples';

/**
 * Writes every state of every report to a directory, to look at before changing how they are drawn.
 * @returns the paths that were written
 */
export async function writePreview(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const files = previewFiles().map(({ name, text }) => ({ path: join(directory, name), text }));
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  return files.map(({ path }) => path);
}

if (require.main === module) {
  const directory = resolve(process.argv[2] ?? join(__dirname, '..', 'tmp', 'preview'));
  writePreview(directory).then(
    (paths) => process.stdout.write(`${paths.length} files in ${directory}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 70;
    },
  );
}
