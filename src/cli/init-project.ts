import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { ENTRY_TYPES } from '../pipeline/build';

/** What `tidegate init` can see of a project. Guesses: the files that it writes say where to look again. */
export interface Project {
  /** Handler entries, the likeliest first; empty when there is none to be seen. */
  readonly entries: readonly string[];
  /** Names of environment variables that hold the cache's address, each with what the twin puts in its place. */
  readonly environment: Readonly<Record<string, string>>;
  /** Scripts that import k6, the likeliest first. */
  readonly scripts: readonly string[];
}

const IGNORED = new Set(['node_modules', 'dist', 'build', 'coverage', 'cdk.out', 'tidegate-report']);
/** More than any service has; a folder that holds the world is not searched to its end. */
const MOST_FILES = 2000;

/** The ways in which a file says that it exports `handler`. What it passes on (`export *`, `module.exports = require(...)`) is not seen. */
const HANDLER = [
  /\bexport\s+(?:async\s+)?(?:const|let|var|function)\s+handler\b/,
  /\bexport\s*\{[^}]*\bhandler\b[^}]*\}/,
  /\bexports\.handler\s*=/,
  /\bmodule\.exports\s*=\s*\{[^}]*\bhandler\b[^}]*\}/,
];
const IN_TESTS = /(^|\/)(test|tests|__tests__|fixtures|examples?)\/|\.(test|spec)\./;
const DECLARATION = /\.d\.[cm]?ts$/;
const K6_SCRIPT = /\bfrom\s+['"]k6(?:\/http)?['"]/;
const VARIABLE = /\bprocess\.env(?:\.([A-Z][A-Z0-9_]*)|\[\s*['"]([A-Z][A-Z0-9_]*)['"]\s*\])/g;
const OF_THE_CACHE = /REDIS|VALKEY|CACHE|ELASTICACHE/;

export async function inspectProject(root: string): Promise<Project> {
  const paths = (await sourcesBelow(root, root)).sort(byLikelihood);
  const entries: string[] = [];
  const scripts: string[] = [];
  const environment: Record<string, string> = {};
  for (const path of paths) {
    const text = await readFile(join(root, path), 'utf8').catch(() => '');
    if (K6_SCRIPT.test(text)) {
      scripts.push(path);
      continue;
    }
    if (HANDLER.some((pattern) => pattern.test(text))) entries.push(path);
    for (const [, dotted, quoted] of text.matchAll(VARIABLE)) {
      const name = dotted ?? quoted ?? '';
      const value = placeholderFor(name);
      if (value !== null) environment[name] = value;
    }
  }
  // A test's handler is a guess only where there is no other.
  const own = entries.filter((path) => !IN_TESTS.test(path));
  return { entries: own.length > 0 ? own : entries, environment, scripts };
}

/** `REDIS_URL` gets the primary's address, `REDIS_READER_URL` the reader's, `REDIS_HOST` and `REDIS_PORT` its parts. */
function placeholderFor(name: string): string | null {
  if (!OF_THE_CACHE.test(name)) return null;
  const endpoint = /READ|REPLICA/.test(name) ? 'reader' : 'primary';
  if (/PORT$/.test(name)) return `{cache.${endpoint}.port}`;
  if (/(HOST|HOSTNAME)$/.test(name)) return `{cache.${endpoint}.host}`;
  return /(URL|URI|ENDPOINT|ADDRESS)$/.test(name) ? `{cache.${endpoint}}` : null;
}

/** Tests last, then what lies deeper; a file named for the handler first. */
function byLikelihood(a: string, b: string): number {
  return weightOf(a) - weightOf(b) || a.localeCompare(b);
}

function weightOf(path: string): number {
  const test = IN_TESTS.test(path) ? 100 : 0;
  const named = /(^|\/)(handler|index|lambda|app)\.[a-z]+$/.test(path) ? -1 : 0;
  return test + path.split('/').length * 2 + named;
}

async function sourcesBelow(root: string, directory: string, found: string[] = []): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (found.length >= MOST_FILES) break;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!IGNORED.has(entry.name) && !entry.name.startsWith('.')) await sourcesBelow(root, path, found);
    } else if (entry.isFile() && ENTRY_TYPES.includes(extname(entry.name)) && !DECLARATION.test(entry.name)) {
      found.push(relative(root, path).replaceAll('\\', '/'));
    }
  }
  return found;
}
