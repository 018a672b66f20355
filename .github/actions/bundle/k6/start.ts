import { sleep } from 'k6';
import exec from 'k6/execution';
import { Trend } from 'k6/metrics';
import { K6_METRICS } from '../src/contract.ts';
import { expectedStartMs } from './arrivals.ts';
import { currentCredentials } from './credentials.ts';
import { type Load, warmLeadMs } from './shapes.ts';

/** When a run begins, and how late each iteration begins against its plan. */

/** What setup() gives to every iteration. */
export interface Run {
  /** Unique per run: names of users and events are made of it, so that runs do not meet. */
  readonly id: string;
}

const arrivalLag = new Trend(K6_METRICS.arrivalLag, true);

/** How long from now setup() will have to wait, milliseconds. */
export function waitMs(load: Load): number {
  return load.startAt === null ? 0 : Math.max(0, load.startAt - warmLeadMs(load.plan) - Date.now());
}

/**
 * Waits until the first scenario is due; returns at once when nobody asked for a start or it is past.
 * @throws Error when requests must be signed and there is nothing to sign with.
 */
export async function waitForStart(load: Load): Promise<Run> {
  if (load.signingRegion !== null) await currentCredentials(Date.now());
  const wait = waitMs(load);
  if (wait > 0) sleep(wait / 1000);
  return { id: (load.startAt ?? Date.now()).toString(36) };
}

/**
 * Records how late this iteration begins: against the start that was asked for, else against its scenario's own.
 * @returns the iteration's index in the plan, from 0: k6 numbers those of an execution segment as the whole plan does.
 */
export function arrive(load: Load): number {
  const index = exec.scenario.iterationInTest;
  arrivalLag.add(Date.now() - (load.startAt ?? exec.scenario.startTime) - expectedStartMs(load.plan, index));
  return index;
}
