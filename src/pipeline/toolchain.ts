import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';

/** One real program that a run needs. */
export interface Tool {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Dotted version as the program itself reports it, e.g. `9.1.2`. */
  readonly version: string;
}

/** The programs of a run: the Lambda runtime's Node, the cache server and the load generator. */
export interface Toolchain {
  readonly node: Tool;
  readonly valkeyServer: Tool;
  readonly k6: Tool;
}

/** A program is missing. The message names it and says what to run. */
export class ToolchainError extends Error {
  override readonly name = 'ToolchainError';
}

/** Where the set-up records what it put in place. Relative to the repository. */
export const TOOLCHAIN_FILE = join('.tools', 'toolchain.json');

/** Only what a program's own `--version` must show for it to be taken from PATH. */
const ON_PATH = {
  node: { names: ['node'], argument: '--version', accepts: (v: readonly number[]) => v[0] === 24 && (v[1] ?? 0) >= 9 },
  valkeyServer: { names: ['valkey-server', 'redis-server'], argument: '--version', accepts: (v: readonly number[]) => (v[0] ?? 0) >= 7 },
  k6: { names: ['k6'], argument: 'version', accepts: (v: readonly number[]) => v[0] === 2 },
} as const;

export type ToolName = keyof typeof ON_PATH;

/** What is asked for, in words. */
export const TOOL_REQUIREMENT: Readonly<Record<ToolName, string>> = {
  node: 'Node 24.9 or later of major 24',
  valkeyServer: 'valkey-server or redis-server 7.0 or later',
  k6: 'k6 of major 2',
};

const recordedTool = z.object({ path: z.string().min(1), version: z.string().min(1) });
const recordedToolchain = z.object({ node: recordedTool, valkeyServer: recordedTool, k6: recordedTool }).partial();

/**
 * Finds the programs of a run: as recorded by the set-up, else on PATH.
 *
 * @param root repository directory; by default the one that holds this file.
 * @throws ToolchainError when a program is missing or PATH has only one of an unfit version.
 */
export function loadToolchain(root: string = repositoryRoot()): Toolchain {
  const tool = (name: ToolName): Tool => findTool(name, root) ?? missing(name);
  return { node: tool('node'), valkeyServer: tool('valkeyServer'), k6: tool('k6') };
}

/** One program of a run, or null when it is neither recorded nor, in a fit version, on PATH. */
export function findTool(name: ToolName, root: string = repositoryRoot()): Tool | null {
  return readRecorded(root)[name] ?? findOnPath(name);
}

/** The dotted version in what a program printed, or null. */
export function readVersion(output: string): string | null {
  return /\bv?=?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null;
}

/** Executables of that name in PATH, in its order. */
export function executablesOnPath(name: string, path: string = process.env['PATH'] ?? ''): readonly string[] {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .filter(isExecutable);
}

function readRecorded(root: string): Partial<Toolchain> {
  let text: string;
  try {
    text = readFileSync(join(root, TOOLCHAIN_FILE), 'utf8');
  } catch {
    return {};
  }
  const parsed = recordedToolchain.safeParse(parseJson(text));
  if (!parsed.success) return {};
  const present: { -readonly [K in ToolName]?: Tool } = {};
  for (const name of Object.keys(ON_PATH) as readonly ToolName[]) {
    const entry = parsed.data[name];
    if (entry === undefined) continue;
    const path = resolve(root, entry.path);
    if (isExecutable(path)) present[name] = { path, version: entry.version };
  }
  return present;
}

function findOnPath(name: ToolName): Tool | null {
  const { names, argument, accepts } = ON_PATH[name];
  for (const path of names.flatMap((program) => executablesOnPath(program))) {
    const version = versionOf(path, argument);
    if (version !== null && accepts(version.split('.').map(Number))) return { path, version };
  }
  return null;
}

function versionOf(path: string, argument: string): string | null {
  try {
    return readVersion(execFileSync(path, [argument], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return null;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function repositoryRoot(): string {
  return resolve(__dirname, '..', '..');
}

function missing(name: ToolName): never {
  throw new ToolchainError(`${TOOL_REQUIREMENT[name]} is not in place: run \`npm run setup\`, which fetches it or says what to install.`);
}
