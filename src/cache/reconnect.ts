const FIRST_MS = 50;
const LONGEST_MS = 500;
const JITTER_MS = 50;

/**
 * How long the client waits before its next connection attempt. Always a number: a client that gives up, as the
 * default does after a socket timeout, is dead for the rest of the environment's life. What must end is ended by
 * `destroy()`.
 *
 * @param retries attempts so far
 * @returns milliseconds
 */
export function retryDelay(retries: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(retries, 10), LONGEST_MS) + Math.random() * JITTER_MS;
}
