/** Programs that are built with a few lines of their own source changed: `mends.json` beside a module's `go.mod` says which and why. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, sha256OfFile } from './files.mjs';
import { lastLine, run } from './programs.mjs';

const DOWNLOAD_MS = 5 * 60_000;

/** What tells a program that was built with these mends from any other; empty when it needs none. */
export function markOfMends(root, name) {
  const digest = sha256OfFile(mendsFile(root, name));
  return digest === null ? '' : `, mended ${digest.slice(0, 12)}`;
}

/**
 * Copies the module's source into the directory, since Go lets nobody change what it has downloaded, and mends the copy.
 *
 * @returns {Promise<{ args: readonly string[] } | { why: string }>} arguments of `go build` that make it take the copy
 */
export async function mendModule(context, name, directory) {
  const file = readJson(mendsFile(context.root, name));
  if (file === null) return { args: [] };
  const own = join(context.root, 'scripts', 'toolchain', name);
  const options = { cwd: own, env: context.env, timeoutMs: DOWNLOAD_MS, signal: context.signal };
  const { ok, output, reason } = await run('go', ['mod', 'download', '-json', file.module], options);
  if (!ok) return { why: `go mod download: ${reason}, ${lastLine(output)}` };
  const source = join(directory, 'source');
  copy(JSON.parse(output.slice(output.indexOf('{'))).Dir, source);
  for (const { file: path, from, to } of file.mends) {
    const text = readFileSync(join(source, path), 'utf8');
    if (text.split(from).length !== 2) return { why: `${path} of ${name} does not have the lines that mends.json would change` };
    writeFileSync(
      join(source, path),
      text.replace(from, () => to),
    );
  }
  const [mod, sum] = ['go.mod', 'go.sum'].map((each) => readFileSync(join(own, each), 'utf8'));
  writeFileSync(join(directory, 'mended.mod'), `${mod}\nreplace ${file.module} => ${source}\n`);
  writeFileSync(join(directory, 'mended.sum'), sum);
  return { args: [`-modfile=${join(directory, 'mended.mod')}`] };
}

/** Go keeps its downloads without the right to write; the copy has it. */
function copy(from, to) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) copy(join(from, entry.name), join(to, entry.name));
    else writeFileSync(join(to, entry.name), readFileSync(join(from, entry.name)));
  }
}

function mendsFile(root, name) {
  return join(root, 'scripts', 'toolchain', name, 'mends.json');
}
