import type { StageEvidence } from '../gates/evidence-schema';
import type { Promotion } from '../gates/report-schema';
import type { ProfileName } from '../gates/vocabulary';
import type { CanaryRequest } from './canary';
import type { Override, RefusalCode } from './decision';
import type { DeliveryAsk } from './delivery-ask';
import type { Workspace } from './workspace';

export interface PromotionAttempt extends Omit<CanaryRequest, 'confirm' | 'onEvidence'> {
  readonly workspace: Workspace;
  /** The profile that the release was qualified with. */
  readonly profile: ProfileName;
  /** Who is asked besides the ledger; null outside of GitHub Actions, where nobody can be: the twin does without, AWS does not. */
  readonly delivery: DeliveryAsk | null;
  /** What today's policy asks of the evidence and the evidence has not; null when it has all. */
  readonly outdated: string | null;
  /** Writes what the guard is to believe into the ledger, before it is asked. */
  readonly record: () => Promise<void>;
  /** Judges and writes down the whole run once the canary has left evidence, whatever it says. */
  readonly recordCanary: (canary: StageEvidence) => Promise<void>;
}

export interface Promoted {
  readonly promotion: Promotion;
  /** In force, when the verdict alone would not have done. */
  readonly override: Override | null;
  /** The guard's, when it said no. */
  readonly code: RefusalCode | null;
}
