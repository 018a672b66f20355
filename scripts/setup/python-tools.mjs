/** The Python programs that tests, checks and rehearsals use (a local AWS, linters), in a virtual environment of their own. */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, sha256OfFile, writeJson } from './files.mjs';
import { compareVersions, executables, lastLine, run, versionOf } from './programs.mjs';

const ENVIRONMENT = join('.tools', 'python');
const LOCK = join('scripts', 'toolchain', 'python-requirements.txt');
const MARKER = '.tidegate-setup.json';
const PROGRAMS = ['moto_server', 'cfn-lint', 'zizmor'];
const VENV_TIMEOUT_MS = 2 * 60_000;
const PIP_TIMEOUT_MS = 5 * 60_000;
/** Debian ships a Python without the last two. */
const PROBE = 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])';

/** @returns {boolean} whether the environment is what the lock says, was made in this place and still has its Python. */
export function pythonToolsReady(root) {
  const marker = readJson(join(root, ENVIRONMENT, MARKER));
  if (marker === null) return false;
  const wanted = markerOf(root);
  return Object.keys(wanted).every((key) => marker[key] === wanted[key]) && hasPrograms(root);
}

/**
 * Makes the environment in its place (its programs name their Python by an absolute path); the marker, written last, says that
 * it is whole.
 *
 * @returns {Promise<{ missing: string } | { done: string } | undefined>} undefined when it was there.
 */
export async function installPythonTools(context) {
  if (pythonToolsReady(context.root)) return undefined;
  return context.step('Python tools', async (tell) => {
    const { minimum } = context.pins.python;
    const python = await findPython(context);
    if (python.path === undefined) return { missing: `Python ${minimum} or later with venv and pip`, why: python.why };
    const place = join(context.root, ENVIRONMENT);
    rmSync(place, { recursive: true, force: true });
    let whole = false;
    try {
      const problem = await fill(context, place, python.path, tell);
      if (problem !== null) return { missing: `the Python packages of ${LOCK}`, why: problem };
      writeJson(join(place, MARKER), markerOf(context.root));
      whole = true;
    } finally {
      if (!whole) rmSync(place, { recursive: true, force: true });
    }
    return { done: `${contents(context.root)} on Python ${python.version}` };
  });
}

async function findPython(context) {
  let why = 'none on PATH';
  for (const path of executables(['python3', 'python'], context.env)) {
    const version = await versionOf(path, ['-c', PROBE], context);
    if (version !== null && compareVersions(version, context.pins.python.minimum) >= 0) return { path, version };
    why = version === null ? `${path} has no venv or no pip` : `${path} is ${version}`;
  }
  return { why };
}

/** @returns {Promise<string | null>} what went wrong, null when all packages are there. */
async function fill(context, place, python, tell) {
  const { signal, root } = context;
  // A user's own habit of installing elsewhere must not empty the environment.
  const env = { ...context.env, PIP_USER: '0', PIP_TARGET: '', PIP_PREFIX: '', PYTHONPATH: '' };
  tell('virtual environment');
  const made = await run(python, ['-m', 'venv', place], { cwd: root, env, timeoutMs: VENV_TIMEOUT_MS, signal });
  if (!made.ok) return `venv: ${made.reason}, ${lastLine(made.output)}`;
  tell(`pip install ${contents(root)}`);
  // Not compiled ahead: most of what is installed is never imported.
  const args = ['-m', 'pip', 'install', '--require-hashes', '--only-binary=:all:', '--no-compile', '--no-input', '--retries', '2'];
  const filled = await run(join(place, 'bin', 'python'), [...args, '--disable-pip-version-check', '-q', '-r', join(root, LOCK)], {
    cwd: root,
    env,
    timeoutMs: PIP_TIMEOUT_MS,
    signal,
  });
  if (!filled.ok) return `pip install: ${filled.reason}, ${errorOf(filled.output)}`;
  return hasPrograms(root) ? null : `pip install left out one of ${PROGRAMS.join(', ')}`;
}

function hasPrograms(root) {
  return PROGRAMS.every((name) => existsSync(join(root, ENVIRONMENT, 'bin', name)));
}

function markerOf(root) {
  const place = join(root, ENVIRONMENT);
  return { lock: sha256OfFile(join(root, LOCK)), place, python: targetOf(join(place, 'bin', 'python')) };
}

/** Another name after the system's Python got a new version: the packages are then in the old one's folder. */
function targetOf(link) {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}

function contents(root) {
  const lock = readFileSync(join(root, LOCK), 'utf8');
  return ['moto', 'cfn-lint', 'zizmor'].map((name) => `${name} ${new RegExp(`^${name}==(\\S+)`, 'm').exec(lock)?.[1] ?? '?'}`).join(', ');
}

function errorOf(output) {
  return /^ERROR:\s+(.+)$/m.exec(output)?.[1] ?? lastLine(output);
}
