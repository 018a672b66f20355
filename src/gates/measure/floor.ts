import { metricNamed } from '../catalogue';
import type { Series, StageEvidence, TierIdentity } from '../evidence-schema';
import { median } from '../stats/quantile';
import { periodsBetween } from './periods';
import { checkedPoints } from './series';

/** The floor: connections before the load, summed over the cache nodes. */
export interface Floor {
  readonly status: 'settled' | 'not-settled';
  /** Median of the last three periods; null while one of them is missing. */
  readonly value: number | null;
  /** The periods that are known, oldest first. */
  readonly values: readonly number[];
}

const PERIODS = 3;
const TOLERANCE_SHARE = 0.05;
const TOLERANCE_CONNECTIONS = 2;

/** How far a period may lie from the floor: 5 % or 2 connections, whichever is more. */
export function floorTolerance(value: number): number {
  return Math.max(value * TOLERANCE_SHARE, TOLERANCE_CONNECTIONS);
}

/** The floor of a stage, from the periods before its load (and before the requests that warmed it). */
export function measureFloor(stage: StageEvidence): Floor {
  return floorFrom(stage.series, stage.identity, undisturbedUntil(stage), stage.periodSeconds * 1000);
}

/** Until then (epoch ms) the stage has sent nothing, neither load nor the requests that warm. */
export function undisturbedUntil({ window, plan, periodSeconds }: StageEvidence): number {
  return Date.parse(window.start) - (plan.warm > 0 ? periodSeconds * 1000 : 0);
}

/**
 * The floor from the last three whole periods before `beforeMs`; usable while waiting for it to settle.
 * A node without a complete, believable series leaves the floor unsettled.
 */
export function floorFrom(series: readonly Series[], identity: TierIdentity, beforeMs: number, periodMs: number): Floor {
  const end = Math.floor(beforeMs / periodMs) * periodMs;
  const periods = periodsBetween(end - PERIODS * periodMs, end, periodMs);
  const nodes = metricNamed('redis.connections')
    .dimensions(identity, null)
    .map((node) => nodePoints(series, node));
  const values = periods.flatMap((at) => {
    const parts = nodes.map((points) => points?.get(at));
    return parts.length > 0 && parts.every((part) => part !== undefined) ? [parts.reduce((sum, part) => sum + part, 0)] : [];
  });
  if (values.length < PERIODS) return { status: 'not-settled', value: null, values };
  const value = median(values);
  const stable = values.every((each) => Math.abs(each - value) <= floorTolerance(value));
  return { status: stable ? 'settled' : 'not-settled', value, values };
}

function nodePoints(series: readonly Series[], node: Readonly<Record<string, string>>): ReadonlyMap<number, number> | null {
  const found = series.find(
    ({ metric, dimensions }) =>
      metric === 'redis.connections' &&
      dimensions['CacheClusterId'] === node['CacheClusterId'] &&
      dimensions['CacheNodeId'] === node['CacheNodeId'],
  );
  if (found === undefined || found.statusCode !== 'Complete') return null;
  const points = checkedPoints(found);
  return points.ok ? points.value : null;
}
