import type { GateVerdict } from '../gates/report-schema';
import type { StageName, Tier, Verdict } from '../gates/vocabulary';

/** What a use case tells whoever watches it. Progress only: nothing is decided by an event. */
export type ProgressEvent =
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'stage-started'; readonly stage: StageName; readonly tier: Tier; readonly plan: string }
  | {
      readonly kind: 'load';
      readonly stage: StageName;
      readonly elapsedSeconds: number;
      readonly totalSeconds: number;
      readonly requests: number;
      readonly rate: number;
      readonly failed: number;
      readonly p95Ms: number | null;
    }
  | { readonly kind: 'stage-judged'; readonly stage: StageName; readonly verdict: Verdict; readonly gates: readonly GateVerdict[] }
  | { readonly kind: 'warning'; readonly text: string };

export type ProgressListener = (event: ProgressEvent) => void;
