import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, StageRun } from './stage-run';

/** The failover of a stage, from when it is planned until it is over. */
export interface PrimaryLoss {
  /** Whether it began: a load that is stopped early may end before. False where none was planned. */
  begun(): boolean;
  /**
   * Waits until a failover that has begun is over.
   * @param completed whether the load ran to its end
   * @returns what went wrong; null for nothing, also when none was planned
   */
  over(completed: boolean): Promise<Fault | null>;
}

const NONE: PrimaryLoss = { begun: () => false, over: async () => null };

/**
 * Loses the primary of the tier's cache when the stage's plan says so; other stages lose nothing.
 * @param signal the load is over: what has not begun by then does not begin
 */
export function losePrimaryOnTime(run: StageRun, startAt: number, signal: AbortSignal): PrimaryLoss {
  const { failoverAtMs } = run.stage.plan;
  if (failoverAtMs === undefined) return NONE;
  let begun = false;
  const lost = loseAt(run, startAt + failoverAtMs, signal, () => {
    begun = true;
  });
  return {
    begun: () => begun,
    async over(completed) {
      if (completed && !begun) return { reason: 'target-failed', detail: 'the load ended before the primary was lost' };
      return lost;
    },
  };
}

/** Why a stage that loses the primary cannot begin; null when it can. */
export function cannotFailOver({ stage, target }: StageRun): Fault | null {
  if (stage.plan.failoverAtMs === undefined || target.failover !== null) return null;
  const detail = `nobody can make the cache of this ${target.name} fail over from here, and without that the stage shows nothing`;
  return { reason: 'target-failed', detail };
}

async function loseAt({ target, tier, listener }: StageRun, at: number, signal: AbortSignal, begin: () => void): Promise<Fault | null> {
  try {
    await sleep(Math.max(0, at - Date.now()), undefined, { signal });
  } catch {
    // The load was stopped before, and says itself why.
    return null;
  }
  begin();
  listener({ kind: 'step', text: 'failover: the primary of the cache is lost' });
  try {
    await target.failover?.(tier);
    return null;
  } catch (error) {
    return { reason: 'target-failed', detail: `the cache did not fail over: ${error instanceof Error ? error.message : String(error)}` };
  }
}
