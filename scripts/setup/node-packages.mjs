/** The packages of the lockfile, in node_modules. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, sha256OfFile, writeJson } from './files.mjs';
import { lastLine, run } from './programs.mjs';

const TIMEOUT_MS = 15 * 60_000;
const MARKER = '.tidegate-setup.json';
/** npm writes it when an install has ended, never before. */
const INSTALLED = '.package-lock.json';

/** @returns {boolean} whether node_modules is what the lockfile says, on this platform. */
export function nodePackagesReady(root) {
  const marker = readJson(join(root, 'node_modules', MARKER));
  const wanted = markerOf(root);
  return marker !== null && marker.lockfile === wanted.lockfile && marker.platform === wanted.platform;
}

/**
 * Installs the packages. An install that is cut short leaves no marker, so it is never taken for whole.
 *
 * @returns {Promise<{ missing: string } | { done: string } | undefined>} undefined when they were there.
 */
export async function installNodePackages({ root, env, signal, step }) {
  if (matchesInstalled(root)) {
    writeMarker(root);
    return undefined;
  }
  return step('Node packages', async (tell) => {
    tell('npm ci');
    const { ok, output, reason } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: root,
      // `npm run --silent` would silence this npm too, and its errors with it.
      env: { ...env, npm_config_loglevel: 'error' },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (!ok) {
      return { missing: 'the Node packages of package-lock.json (`npm ci` must succeed)', why: `npm ci: ${reason}. ${errorOf(output)}` };
    }
    if (!matchesInstalled(root)) return { missing: 'the Node packages of package-lock.json', why: 'npm ci left packages out' };
    writeMarker(root);
    return { done: 'npm ci' };
  });
}

/** A plain `npm install` by a developer counts too: npm's own record is compared with the lockfile. */
function matchesInstalled(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', INSTALLED))?.packages;
  if (wanted === undefined || installed === undefined) return false;
  const runtimePackage = `node_modules/node-${process.platform}-${process.arch}`;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const present = installed[path];
    // npm passes over an optional package that it could not fetch: the runtime's Node is not optional to us.
    const mayBeAbsent = entry.optional === true && path !== runtimePackage;
    if (present === undefined ? !mayBeAbsent : present.version !== entry.version || !existsSync(join(root, path))) return false;
  }
  return Object.keys(installed).every((path) => path in wanted);
}

function writeMarker(root) {
  writeJson(join(root, 'node_modules', MARKER), markerOf(root));
}

function markerOf(root) {
  return { lockfile: sha256OfFile(join(root, 'package-lock.json')), platform: `${process.platform}-${process.arch}` };
}

function errorOf(output) {
  const errors = output.split('\n').flatMap((line) => /^npm (?:error|ERR!)\s+(?!code )(\S.*)/.exec(line)?.[1] ?? []);
  return errors[0] ?? lastLine(output);
}
