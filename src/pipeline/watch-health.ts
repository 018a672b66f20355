import type { Health } from '../targets/target';

export interface HealthWatch {
  /** Aborted as soon as the tier is seen broken: more load would only be more of the same. */
  readonly signal: AbortSignal;
  broken(): { readonly reason: 'target-failed'; readonly detail: string } | null;
  stop(): void;
}

/** Asks a tier every so many milliseconds whether it is still intact. */
export function watchHealth(ask: () => Promise<Health>, everyMs: number): HealthWatch {
  const controller = new AbortController();
  let detail: string | null = null;
  const look = async (): Promise<void> => {
    const health = await ask();
    if (health.ok || detail !== null) return;
    detail = health.detail;
    controller.abort();
  };
  // A question that gets no answer is asked again; the stage's own metrics tell of a tier that stays silent.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  return {
    signal: controller.signal,
    broken: () => (detail === null ? null : { reason: 'target-failed', detail }),
    stop: () => clearInterval(timer),
  };
}
