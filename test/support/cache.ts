import type { Cache } from '../../src/cache/cache';
import type { Strategy } from '../../src/cache/configuration';
import { type ConnectionTally, observeConnections } from '../../src/cache/connection-tally';
import { type CacheSurroundings, createCache } from '../../src/cache/create-cache';
import { parseEndpoint } from '../../src/cache/endpoint';

/** Short times, so that a test of a failure is quick. */
export const TIMING = { connectMs: 400, attemptMs: 200 };

/** How late a deadline may be on a busy machine, milliseconds. */
export const TOLERANCE_MS = 100;

export const tally: ConnectionTally = observeConnections();

const SHARED: Strategy = { name: 'shared' };

/** A cache on one or two addresses; the reader is the primary unless it has its own. */
export function cacheOn(primary: string, options: Partial<CacheSurroundings> & { strategy?: Strategy; reader?: string } = {}): Cache {
  const { strategy = SHARED, reader = primary, ...surroundings } = options;
  const endpoints = { primary: parseEndpoint(primary, 'primary'), reader: parseEndpoint(reader, 'reader') };
  return createCache({ endpoints, strategy, authentication: { kind: 'password' } }, { tally, timing: TIMING, ...surroundings });
}

/** The deadline that many milliseconds from now. */
export const within = (ms: number) => performance.now() + ms;

/** Milliseconds until a promise settles either way, and how. */
export async function timed<T>(work: Promise<T>): Promise<{ readonly ms: number; readonly value?: T; readonly error?: unknown }> {
  const start = performance.now();
  try {
    const value = await work;
    return { ms: performance.now() - start, value };
  } catch (error) {
    return { ms: performance.now() - start, error };
  }
}
