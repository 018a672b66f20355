/** When a period becomes visible, in periods after its end. CloudWatch promises no delay; the twin's is sized to its own short periods. */
export interface IngestionDelay {
  /** First appearance. */
  readonly visible: number;
  /** When the value is whole. Above `visible`, a partial value is shown in between, as late samples do on AWS. */
  readonly complete: number;
}

/** By namespace. `default` holds for every namespace that is not named. */
export type IngestionDelays = Readonly<Record<string, IngestionDelay>>;

export const DEFAULT_DELAYS: IngestionDelays = {
  'AWS/ApiGateway': { visible: 0.2, complete: 0.2 },
  'AWS/Lambda': { visible: 0.25, complete: 0.25 },
  'AWS/ElastiCache': { visible: 0.3, complete: 0.3 },
  default: { visible: 0.1, complete: 0.1 },
};

/** What a reader sees of one period at one moment. */
export type Visibility = 'absent' | 'partial' | 'complete';

/**
 * @param bucket Its end, epoch milliseconds, and the length of a period.
 * @param asOf Epoch milliseconds of the read.
 */
export function visibilityOf(bucket: { readonly end: number; readonly periodMs: number }, delay: IngestionDelay, asOf: number): Visibility {
  const periodsSinceEnd = (asOf - bucket.end) / bucket.periodMs;
  if (periodsSinceEnd < delay.visible) return 'absent';
  return periodsSinceEnd < delay.complete ? 'partial' : 'complete';
}
