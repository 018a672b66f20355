/** One set-up at a time per working tree. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const BEAT_MS = 5_000;
/** A holder that has not shown itself for so long is dead, even if its number lives on as another process. */
const STALE_MS = 60_000;
const POLL_MS = 200;

/** Does the work while holding the lock; waits for another holder to end. */
export async function withLock(tools, { signal, onWait }, work) {
  mkdirSync(tools, { recursive: true });
  const path = join(tools, '.lock');
  await acquire(path, { signal, onWait });
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (readHolder(path) === process.pid) rmSync(path, { force: true });
  }
}

async function acquire(path, { signal, onWait }) {
  // The file appears under its name only when it holds its owner: nobody reads an empty lock.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    let told = false;
    while (!tryLink(own, path)) {
      signal.throwIfAborted();
      const holder = readHolder(path);
      if (holder !== null && isStale(path, holder)) {
        removeStale(path, holder);
        continue;
      }
      if (!told && holder !== null) {
        told = true;
        onWait(holder);
      }
      await delay(POLL_MS, undefined, { signal });
    }
    touch(path);
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(own, path) {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Two waiters may see the same dead holder: whoever finds another lock in its hands gives it back. */
function removeStale(path, pid) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readHolder(aside) !== pid) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : 0;
  } catch {
    return null;
  }
}

function isStale(path, pid) {
  if (pid === 0 || !isAlive(pid)) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > STALE_MS;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Taken over as stale: the next write is still atomic.
  }
}
