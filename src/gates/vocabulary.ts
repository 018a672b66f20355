/** The closed lists that policy, evidence and gate report are written in. */

export const TIERS = ['staging', 'production'] as const;
export type Tier = (typeof TIERS)[number];

export const TARGETS = ['twin', 'aws'] as const;
export type TargetName = (typeof TARGETS)[number];

export const STAGES = ['smoke', 'soak', 'spike', 'failover', 'canary'] as const;
export type StageName = (typeof STAGES)[number];

export const PROFILES = ['test', 'quick', 'standard', 'nightly', 'incident'] as const;
export type ProfileName = (typeof PROFILES)[number];

export const JUDGES = ['load-validity', 'limit', 'leak', 'idle-return', 'recovery', 'capacity', 'baseline'] as const;
export type JudgeName = (typeof JUDGES)[number];

export const MODES = ['enforce', 'observe'] as const;
export type Mode = (typeof MODES)[number];

export const VERDICTS = ['passed', 'failed', 'inconclusive'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** failed > inconclusive > passed. An empty list is inconclusive: all of nothing is not true. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('failed')) return 'failed';
  if (verdicts.length === 0 || verdicts.includes('inconclusive')) return 'inconclusive';
  return 'passed';
}
