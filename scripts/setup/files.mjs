/** Files that are either whole or not there. */
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const TEMPORARY = '.tmp-';

/** @returns {string | null} hex sha256 of a file, null when it cannot be read. */
export function sha256OfFile(path) {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return null;
  }
}

/** Size and time of change: enough to see that a program was replaced, without reading it. */
export function stampOf(path) {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, mtimeMs };
  } catch {
    return null;
  }
}

/** @returns {unknown} the parsed file, null when it is absent or no JSON. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

export function writeJson(path, value) {
  replace(path, (temporary) => writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`));
}

/** Puts a copy of an executable at `path`. */
export function installExecutable(from, path) {
  replace(path, (temporary) => {
    copyFileSync(from, temporary);
    chmodSync(temporary, 0o755);
  });
}

export function installLink(target, path) {
  replace(path, (temporary) => symlinkSync(target, temporary));
}

/** A directory inside `.tools` that is gone at the end, however the work ends. */
export async function inTemporaryDirectory(tools, work) {
  const directory = join(tools, `${TEMPORARY}${randomBytes(6).toString('hex')}`);
  mkdirSync(directory, { recursive: true });
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Removes what a killed set-up could not remove. Only for the holder of the lock. */
export function removeLeftovers(directory) {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(TEMPORARY)) rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function replace(path, write) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `${TEMPORARY}${process.pid}-${basename(path)}`);
  rmSync(temporary, { force: true });
  try {
    write(temporary);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
