/** The real programs of a run (Node of the Lambda runtime, Valkey, k6) for a Tidegate that was installed as a package. */
import { cpSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { installLink, readJson, sha256OfFile, stampOf, writeJson } from '../setup/files.mjs';
import { findK6 } from '../setup/k6.mjs';
import { withLock } from '../setup/lock.mjs';
import { findNode, isFitNode } from '../setup/node-runtime.mjs';
import { versionOf } from '../setup/programs.mjs';
import { createProgress } from '../setup/progress.mjs';
import { findValkey } from '../setup/valkey.mjs';

const LINKS = { node: 'node', valkeyServer: 'valkey-server', k6: 'k6' };
const PINS = join('scripts', 'toolchain', 'tools.json');

/** Something cannot be had here. The message is one sentence that says what to install. */
export class SetupError extends Error {
  name = 'SetupError';
}

/**
 * Where the programs are kept: not in node_modules, which every install empties, and once for all projects of a user.
 * A project with a directory `.tidegate-tools` keeps them there.
 */
export function toolsPlace(project, env) {
  const own = join(project, '.tidegate-tools');
  if (existsSync(own)) return own;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tidegate');
}

/**
 * Puts the programs in place; says nothing when they are.
 *
 * @param {{ home: string, place: string, env: NodeJS.ProcessEnv, signal: AbortSignal, out: NodeJS.WriteStream }} options
 * @returns {Promise<{ node: string, bin: string }>} the Node to run on, and a directory with all of them
 * @throws {SetupError} when something is missing after every source was tried
 */
export async function setUpTools({ home, place, env, signal, out }) {
  if (process.platform === 'win32') throw new SetupError('Tidegate runs on Linux (and, untested, macOS): on Windows use WSL.');
  const ready = readReady(home, place);
  if (ready !== null) return ready;
  const progress = createProgress(out);
  const onWait = (pid) => progress.note(`Another set-up is running (process ${pid}); waiting for it`);
  return withLock(join(place, '.tools'), { signal, onWait }, async () => {
    const done = readReady(home, place);
    if (done !== null) return done;
    await install({ home, root: place, env, signal, pins: readJson(join(home, PINS)), step: progress.step });
    progress.end();
    return readReady(home, place) ?? fail('Set-up ended, but its result does not hold: run this again.');
  });
}

async function install({ home, ...rest }) {
  const context = { ...rest, isRoot: process.getuid?.() === 0, platform: `${process.platform}-${process.arch}` };
  // Where k6 is built from: the set-up looks for it below the directory that it installs into.
  cpSync(join(home, 'scripts', 'toolchain'), join(context.root, 'scripts', 'toolchain'), { recursive: true });
  const missing = [];
  const toolchain = {};
  for (const [name, find] of Object.entries({ node: packagedNode(home), valkeyServer: findValkey, k6: findK6 })) {
    const { tool, missing: lacking } = await find(context);
    if (tool === undefined) missing.push(lacking);
    else {
      const path = resolve(context.root, tool.path);
      toolchain[name] = { ...tool, path, stamp: stampOf(path) };
      if (path !== linkTo(context.root, name)) installLink(path, linkTo(context.root, name));
    }
  }
  if (missing.length > 0) fail(`Set-up could not get everything: install ${missing.join(', and ')}, then run this again.`);
  writeJson(recordPath(context.root), { pins: sha256OfFile(join(home, PINS)), toolchain });
}

/** The npm package with the runtime's own build, wherever it was hoisted to; else what the set-up of the repository finds. */
function packagedNode(home) {
  return async (context) => {
    const name = `node-${context.platform}`;
    try {
      const path = join(dirname(createRequire(join(home, 'package.json')).resolve(`${name}/package.json`)), 'bin', 'node');
      const version = await versionOf(path, ['--version'], context);
      if (version !== null && isFitNode(version, context.pins)) return { tool: { path, version, source: `npm package ${name}` } };
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
    return findNode(context);
  };
}

function readReady(home, place) {
  const recorded = readJson(recordPath(place));
  if (recorded === null || recorded.pins !== sha256OfFile(join(home, PINS))) return null;
  for (const name of Object.keys(LINKS)) {
    const tool = recorded.toolchain?.[name];
    const stamp = tool === undefined ? null : stampOf(tool.path);
    if (stamp === null || stamp.size !== tool.stamp.size || stamp.mtimeMs !== tool.stamp.mtimeMs) return null;
  }
  return { node: recorded.toolchain.node.path, bin: join(place, '.tools', 'bin') };
}

const linkTo = (place, name) => join(place, '.tools', 'bin', LINKS[name]);
const recordPath = (place) => join(place, '.tools', 'package-toolchain.json');

function fail(message) {
  throw new SetupError(message);
}
