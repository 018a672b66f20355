import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { previewFiles } from '../src/report/samples';
import { githubPage } from './preview-github';

/**
 * Writes every state of every report to a directory, to look at before changing how they are drawn.
 * @param github also writes each Markdown file as a page that looks as on GitHub
 * @returns the paths that were written
 */
export async function writePreview(directory: string, github = false): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const files = previewFiles();
  const pages = github
    ? files.filter(({ name }) => name.endsWith('.md')).map(({ name, text }) => ({ name: `${name}.html`, text: githubPage(name, text) }))
    : [];
  const all = [...files, ...pages].map(({ name, text }) => ({ path: join(directory, name), text }));
  await Promise.all(all.map(({ path, text }) => writeFile(path, text)));
  return all.map(({ path }) => path);
}

if (require.main === module) {
  const { values, positionals } = parseArgs({ options: { github: { type: 'boolean', default: false } }, allowPositionals: true });
  const directory = resolve(positionals[0] ?? join(__dirname, '..', 'tmp', 'preview'));
  writePreview(directory, values.github).then(
    (paths) => process.stdout.write(`${paths.length} files in ${directory}\n`),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 70;
    },
  );
}
