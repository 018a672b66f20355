/** The load generator, of the pinned version. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installExecutable, inTemporaryDirectory } from './files.mjs';
import { compareVersions, executables, lastLine, run, versionOf } from './programs.mjs';

const INSTALLED = join('.tools', 'bin', 'k6');
const MODULE = join('scripts', 'toolchain', 'k6');
/** A machine without a way out must not wait long for the first byte. */
const FIRST_BYTE_MS = 10_000;
const DOWNLOAD_MS = 3 * 60_000;
const BUILD_MS = 15 * 60_000;

/** PATH, else the published archive, else a build of the checked-in Go module. */
export async function findK6(context) {
  return context.step('k6', async (tell) => {
    const tried = [];
    for (const source of [onPath, fromArchive, fromGo]) {
      const outcome = await source(context, tell);
      if (outcome.tool !== undefined) return { done: `${outcome.tool.version} from ${outcome.tool.source}`, tool: outcome.tool };
      tried.push(outcome.why);
    }
    const { version, goMinimum } = context.pins.k6;
    return { missing: `k6 ${version} (or Go ${goMinimum} or later to build it)`, why: tried.join('; ') };
  });
}

export function isFitK6(version, { k6 }) {
  return version.split('.')[0] === k6.version.split('.')[0];
}

async function onPath(context) {
  let why = 'none on PATH';
  for (const path of executables(['k6'], context.env)) {
    const version = await versionOf(path, ['version'], context);
    if (version !== null && isFitK6(version, context.pins)) return { tool: { path, version, source: 'PATH' } };
    why = `${path} is ${version ?? 'not running'}, major ${context.pins.k6.version.split('.')[0]} is needed`;
  }
  return { why };
}

async function fromArchive(context, tell) {
  const { release } = context.pins.k6;
  if (release.platform !== context.platform) return { why: `no archive is pinned for ${context.platform}` };
  tell('release archive');
  return inTemporaryDirectory(join(context.root, '.tools'), async (directory) => {
    const archive = join(directory, 'k6.tar.gz');
    const problem = await download(context, archive);
    if (problem !== null) return { why: `release archive: ${problem}` };
    const { ok, output } = await run('tar', ['-xzf', archive, '-C', directory, release.member], {
      env: context.env,
      timeoutMs: 60_000,
      signal: context.signal,
    });
    if (!ok) return { why: `release archive: ${lastLine(output)}` };
    return install(context, join(directory, release.member), 'release archive');
  });
}

/** @returns {Promise<string | null>} what went wrong, null when the file is there and its checksum is right. */
async function download(context, path) {
  const { url, sha256 } = context.pins.k6.release;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), FIRST_BYTE_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([context.signal, patience.signal, AbortSignal.timeout(DOWNLOAD_MS)]) });
    clearTimeout(timer);
    if (!response.ok) return `HTTP ${response.status}`;
    const bytes = Buffer.from(await response.arrayBuffer());
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) return 'its sha256 is not the pinned one';
    writeFileSync(path, bytes);
    return null;
  } catch (error) {
    context.signal.throwIfAborted();
    return patience.signal.aborted ? 'not reachable' : (error.cause?.code ?? error.name);
  } finally {
    clearTimeout(timer);
  }
}

async function fromGo(context, tell) {
  const { goMinimum, goPackage } = context.pins.k6;
  const version = await goVersion(context);
  if (version === null) return { why: 'no Go to build it' };
  if (compareVersions(version, goMinimum) < 0) return { why: `Go is ${version}, ${goMinimum} is needed` };
  tell('building with Go (about a minute)');
  return inTemporaryDirectory(join(context.root, '.tools'), async (directory) => {
    const built = join(directory, 'k6');
    const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags=-s -w', '-o', built, goPackage];
    const { ok, output, reason } = await run('go', args, {
      cwd: join(context.root, MODULE),
      env: { ...context.env, CGO_ENABLED: '0' },
      timeoutMs: BUILD_MS,
      signal: context.signal,
    });
    if (!ok) return { why: `go build: ${reason}, ${lastLine(output)}` };
    return install(context, built, 'Go module');
  });
}

async function goVersion(context) {
  const { ok, output } = await run('go', ['version'], { cwd: context.root, env: context.env, timeoutMs: 15_000, signal: context.signal });
  return ok ? (/\bgo(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1] ?? null) : null;
}

async function install(context, path, source) {
  const version = await versionOf(path, ['version'], context);
  if (version !== context.pins.k6.version)
    return { why: `${source}: it calls itself ${version ?? 'nothing'}, not ${context.pins.k6.version}` };
  installExecutable(path, join(context.root, INSTALLED));
  return { tool: { path: INSTALLED, version, source } };
}
