import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const {
  NAME,
  PATHS,
  WHEN_EMPTY,
  HIDDEN,
  OVERWRITE,
  ACT_DOUBLE_ARTIFACTS,
  GITHUB_OUTPUT,
  GITHUB_SERVER_URL,
  GITHUB_REPOSITORY,
  GITHUB_RUN_ID,
} = process.env;

const hidden = (path) => HIDDEN !== 'true' && basename(path).startsWith('.');

function filesBelow(path) {
  if (hidden(path) || !existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** One directory's content is the artifact's own; of several paths, what they have in common is cut off. */
function commonRoot(paths) {
  const parents = paths.map((path) => (existsSync(path) && statSync(path).isDirectory() ? path : dirname(path)));
  return parents.reduce((root, path) => {
    let common = root;
    while (relative(common, path).startsWith('..')) common = dirname(common);
    return common;
  });
}

function fail(message) {
  process.stdout.write(`::error::${message}\n`);
  process.exit(1);
}

const paths = PATHS.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
  .map((line) => resolve(line));
const files = paths.flatMap(filesBelow);
const into = join(ACT_DOUBLE_ARTIFACTS, NAME);
if (files.length === 0) {
  const message = `no files were found at ${paths.join(', ')}`;
  if (WHEN_EMPTY === 'error') fail(message);
  if (WHEN_EMPTY === 'warn') process.stdout.write(`::warning::${message}\n`);
} else {
  if (existsSync(into) && OVERWRITE !== 'true') fail(`an artifact with the name ${NAME} exists already`);
  rmSync(into, { recursive: true, force: true });
  const root = commonRoot(paths);
  for (const file of files) {
    const target = join(into, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  const id = readdirSync(ACT_DOUBLE_ARTIFACTS).indexOf(NAME) + 1;
  appendFileSync(
    GITHUB_OUTPUT,
    `artifact-id=${id}\nartifact-url=${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}\n`,
  );
}
