import { join } from 'node:path';
import { BUNDLE_DIRECTORY, bundleFiles, writeFiles } from './package/bundle';

/**
 * Writes the program that the composite actions run: `node scripts/run.mjs bundle [DIR]`, by default into .github/actions/bundle.
 */
async function writeBundle(root: string, directory: string): Promise<void> {
  const files = await bundleFiles(root);
  await writeFiles(directory, files);
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  process.stdout.write(`${directory}: ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}

const root = join(__dirname, '..');
writeBundle(root, process.argv[2] ?? join(root, BUNDLE_DIRECTORY)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
