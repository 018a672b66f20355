/** Everything that a command needs on this machine, put in place once. */
import { existsSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { installLink, readJson, removeLeftovers, sha256OfFile, stampOf, writeJson } from './files.mjs';
import { findK6, isFitK6 } from './k6.mjs';
import { withLock } from './lock.mjs';
import { markOfMends } from './mends.mjs';
import { installNodePackages, nodePackagesReady } from './node-packages.mjs';
import { findNode, isFitNode } from './node-runtime.mjs';
import { compareVersions } from './programs.mjs';
import { createProgress } from './progress.mjs';
import { installPythonTools, pythonToolsReady } from './python-tools.mjs';
import { findValkey } from './valkey.mjs';
import { findWorkflowTool } from './workflow-tools.mjs';

/** Something cannot be had here. The message is one sentence that says what to install. */
export class SetupError extends Error {
  name = 'SetupError';
}

const LINKS = { node: 'node', valkeyServer: 'valkey-server', k6: 'k6', actionlint: 'actionlint', act: 'act' };
const FINDERS = { node: findNode, valkeyServer: findValkey, k6: findK6 };
/** What a delivery needs. */
const PROGRAMS = Object.keys(FINDERS);

/**
 * Returns at once and without a word when all is there.
 *
 * @param {{ root: string, env: NodeJS.ProcessEnv, signal: AbortSignal, out: NodeJS.WriteStream, python?: boolean, workflowTools?: readonly string[],
 *   programs?: readonly string[] }} options `python`: also the Python programs; `workflowTools`: also these of `actionlint` and `act`. No
 *   delivery needs any of them. `programs`: only these of what a delivery needs; a build needs nothing but `node`
 * @returns {Promise<{ node: string }>} absolute path of the Node to run everything else on.
 * @throws {SetupError} when something is missing after every source was tried.
 */
export async function setUp({ root, env, signal, out, python = false, workflowTools = [], programs = PROGRAMS }) {
  if (process.platform === 'win32') throw new SetupError('Tidegate runs on Linux (and, untested, macOS): on Windows use WSL.');
  const pins = readPins(root);
  const wanted = { python, programs: [...programs, ...workflowTools] };
  const ready = readReady(root, pins, wanted);
  if (ready !== null) return ready;
  const tools = join(root, '.tools');
  const progress = createProgress(out);
  const onWait = (pid) => progress.note(`Another set-up is running (process ${pid}); waiting for it`);
  return withLock(tools, { signal, onWait }, async () => {
    // The one that was waited for may have done it all.
    const done = readReady(root, pins, wanted);
    if (done !== null) return done;
    removeLeftovers(tools);
    const isRoot = process.getuid?.() === 0;
    const platform = `${process.platform}-${process.arch}`;
    await install({ root, env, signal, pins, ...wanted, isRoot, platform, step: progress.step });
    progress.end();
    return readReady(root, pins, wanted) ?? fail('Set-up ended, but its result does not hold: run `npm run setup` again.');
  });
}

async function install(context) {
  const missing = [];
  const need = (outcome) => {
    if (outcome?.missing !== undefined) missing.push(outcome.missing);
    return outcome?.tool;
  };
  need(await installNodePackages(context));
  const recorded = readRecorded(context.root);
  const sources = Object.fromEntries(context.programs.map((name) => [name, FINDERS[name] ?? ((from) => findWorkflowTool(from, name))]));
  // What another command had put in place stays on record.
  const toolchain = Object.fromEntries(Object.entries(recorded).filter(([name]) => !(name in sources) && name in LINKS));
  for (const [name, find] of Object.entries(sources)) {
    const tool = isHolding(context.root, name, recorded[name], context.pins) ? recorded[name] : need(await find(context));
    if (tool !== undefined) toolchain[name] = withEvidence(context.root, tool);
  }
  for (const [name, tool] of Object.entries(toolchain)) link(context.root, LINKS[name], tool.path);
  writeJson(recordPath(context.root), toolchain);
  if (context.python) need(await installPythonTools(context));
  const again = context.python || context.programs.some((name) => !(name in FINDERS)) ? 'then run this again' : 'then run `npm run setup`';
  if (missing.length > 0) fail(`Set-up could not get everything: install ${missing.join(', and ')}, ${again}.`);
}

function readReady(root, pins, { python, programs }) {
  if (!nodePackagesReady(root) || (python && !pythonToolsReady(root))) return null;
  const recorded = readRecorded(root);
  const holds = programs.every(
    (name) => isHolding(root, name, recorded[name], pins) && existsSync(join(root, '.tools', 'bin', LINKS[name])),
  );
  return holds ? { node: resolve(root, recorded.node.path) } : null;
}

/** Whether a recorded tool is still the file that was verified, and still what the pins ask for. */
function isHolding(root, name, tool, pins) {
  if (typeof tool?.path !== 'string' || typeof tool.version !== 'string' || tool.stamp === undefined) return false;
  const path = resolve(root, tool.path);
  const stamp = stampOf(path);
  if (stamp === null || stamp.size !== tool.stamp.size) return false;
  const same = tool.sha256 === undefined ? stamp.mtimeMs === tool.stamp.mtimeMs : sha256OfFile(path) === tool.sha256;
  return same && isWanted(name, tool, pins) && (tool.source ?? '').endsWith(markOfMends(root, name));
}

function isWanted(name, tool, pins) {
  if (name === 'node') return isFitNode(tool.version, pins);
  const isOurs = tool.sha256 !== undefined;
  if (name === 'actionlint' || name === 'act') return tool.version === pins[name].version;
  if (name === 'k6') return isOurs ? tool.version === pins.k6.version : isFitK6(tool.version, pins);
  return isOurs ? tool.source.endsWith(` ${pins.valkey.wheel.version}`) : compareVersions(tool.version, pins.valkey.minimum) >= 0;
}

/** What a later run compares: the content of what we installed, the stamp of what was found elsewhere. */
function withEvidence(root, tool) {
  const path = resolve(root, tool.path);
  const isOurs = !isAbsolute(tool.path) && tool.path.startsWith('.tools');
  return { ...tool, stamp: stampOf(path), ...(isOurs ? { sha256: sha256OfFile(path) } : {}) };
}

function link(root, name, path) {
  const place = join(root, '.tools', 'bin', name);
  const target = resolve(root, path);
  if (target === place) return;
  const inside = relative(root, target);
  const isInside = !inside.startsWith('..') && !isAbsolute(inside);
  installLink(isInside ? join('..', '..', inside) : target, place);
}

function readPins(root) {
  return readJson(join(root, 'scripts', 'toolchain', 'tools.json')) ?? fail('scripts/toolchain/tools.json cannot be read.');
}

function readRecorded(root) {
  return readJson(recordPath(root)) ?? {};
}

function recordPath(root) {
  return join(root, '.tools', 'toolchain.json');
}

function fail(message) {
  throw new SetupError(message);
}
