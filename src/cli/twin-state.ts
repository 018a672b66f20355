import { readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestSchema, identitySchema } from '../gates/evidence-schema';

const tierState = z.object({
  apiUrl: z.string(),
  servingDigest: digestSchema,
  deployedAt: z.iso.datetime(),
  identity: identitySchema,
  logDirectory: z.string(),
  cache: z.object({ primary: z.string(), reader: z.string() }),
});

/** What a running `tidegate twin up` tells other commands; written when it is up, removed when it ends. */
export const twinStateSchema = z.object({
  pid: z.number().int().positive(),
  cloudWatchUrl: z.string(),
  sdkEnvironment: z.record(z.string(), z.string()),
  tiers: z.object({ staging: tierState, production: tierState }),
});
export type TwinState = z.infer<typeof twinStateSchema>;

const stateFile = (directory: string): string => join(directory, 'twin.json');

export async function writeTwinState(directory: string, state: TwinState): Promise<void> {
  const draft = `${stateFile(directory)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, stateFile(directory));
}

export async function removeTwinState(directory: string): Promise<void> {
  await rm(stateFile(directory), { force: true });
}

/** The twin that runs now; null when none does. A state file whose process is gone counts as none. */
export async function readTwinState(directory: string): Promise<TwinState | null> {
  const text = await readFile(stateFile(directory), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = twinStateSchema.safeParse(jsonOf(text));
  return parsed.success && isTwin(parsed.data.pid) ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Process ids are used again: a process that is not ours must never get our signal. */
export function isTwin(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('twin');
  } catch {
    // No /proc here (macOS): that the process exists is all that is known.
    return true;
  }
}
