import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from './errors';

/** Waits until an instant (epoch milliseconds); at once when it has passed. @throws InterruptedError when aborted. */
export async function waitUntil(instant: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, instant - Date.now()), signal);
}

/** @throws InterruptedError when aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (cause) {
    throw new InterruptedError('stopped while waiting', { cause });
  }
}

/** The first period boundary at or after an instant; both in epoch milliseconds. */
export function nextBoundary(instant: number, periodMs: number): number {
  return Math.ceil(instant / periodMs) * periodMs;
}

/** The last period boundary at or before an instant. */
export function previousBoundary(instant: number, periodMs: number): number {
  return Math.floor(instant / periodMs) * periodMs;
}

export const iso = (instant: number): string => new Date(instant).toISOString();
