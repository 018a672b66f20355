/** The load generator, of the pinned version. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTemporaryDirectory } from './files.mjs';
import { buildWithGo, installPinned } from './go-build.mjs';
import { executables, lastLine, run, versionOf } from './programs.mjs';

const ASKS = ['version'];
/** A machine without a way out must not wait long for the first byte. */
const FIRST_BYTE_MS = 10_000;
const DOWNLOAD_MS = 3 * 60_000;

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
    const version = await versionOf(path, ASKS, context);
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
    return installPinned(context, 'k6', {
      built: join(directory, release.member),
      asks: ASKS,
      wanted: context.pins.k6.version,
      source: 'release archive',
    });
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

function fromGo(context, tell) {
  return buildWithGo(context, tell, 'k6', { asks: ASKS, takes: 'a minute' });
}
