import type { Verdict } from './vocabulary';

/**
 * The closed list of reason codes, each with the verdict it belongs to and one plain sentence.
 * A code is never reused for another meaning: other tools read them.
 */
export const REASONS = {
  'all-gates-passed': { verdict: 'passed', text: 'Every enforced gate passed.' },
  'within-limit': { verdict: 'passed', text: 'The measurement is within its limit.' },
  'no-leak': { verdict: 'passed', text: 'Connections per environment neither grow nor exceed their bound.' },
  'returned-to-floor': { verdict: 'passed', text: 'Connections fell back to what the warm environments may hold.' },
  recovered: { verdict: 'passed', text: 'Latency and errors came back after the spike.' },
  'within-capacity': { verdict: 'passed', text: 'The cache nodes can carry production at its peak.' },
  'no-worse-than-baseline': { verdict: 'passed', text: 'The release is no worse than the last one that was promoted with passing gates.' },
  'within-absolute-limit': { verdict: 'passed', text: 'There is no baseline to compare with; the absolute limit holds.' },
  'load-applied': { verdict: 'passed', text: 'The planned load was applied and seen by the gateway.' },

  'gates-failed': { verdict: 'failed', text: 'At least one enforced gate failed.' },
  'above-limit': { verdict: 'failed', text: 'The measurement is above its limit.' },
  'leak-trend': { verdict: 'failed', text: 'Connections per environment keep growing under constant load.' },
  'leak-level': { verdict: 'failed', text: 'Environments hold more connections than they may.' },
  'leak-against-baseline': {
    verdict: 'failed',
    text: 'Connections per environment grow, and did not in the soak of the last release that was promoted with passing gates.',
  },
  'worse-than-baseline': { verdict: 'failed', text: 'The release is worse than the last one that was promoted with passing gates.' },
  'not-returned': { verdict: 'failed', text: 'Connections stayed after the load had ended.' },
  'not-recovered': { verdict: 'failed', text: 'Latency or errors did not come back after the spike.' },
  'over-capacity': { verdict: 'failed', text: 'At production peak the cache nodes would refuse connections.' },

  'metric-missing': { verdict: 'inconclusive', text: 'A metric that the gate must see has no data.' },
  'partial-data': { verdict: 'inconclusive', text: 'CloudWatch answered with partial data.' },
  'query-forbidden': { verdict: 'inconclusive', text: 'CloudWatch refused to answer the query.' },
  'query-error': { verdict: 'inconclusive', text: 'The metrics could not be read.' },
  'metrics-late': { verdict: 'inconclusive', text: 'The metrics did not settle before the deadline.' },
  'bad-data': { verdict: 'inconclusive', text: 'The series holds values that cannot be judged.' },
  'too-few-datapoints': { verdict: 'inconclusive', text: 'Too few datapoints to judge.' },
  'too-few-requests': { verdict: 'inconclusive', text: 'Too few requests to judge a proportion.' },
  'undecided-proportion': { verdict: 'inconclusive', text: 'Above the limit, but not surely above it.' },
  'undecided-baseline': { verdict: 'inconclusive', text: 'Worse than the baseline, but not surely so.' },
  'baseline-missing': { verdict: 'inconclusive', text: 'There is no baseline to compare with.' },
  'baseline-too-short': { verdict: 'inconclusive', text: 'The baseline has too few datapoints to compare with.' },
  'load-not-applied': { verdict: 'inconclusive', text: 'The planned load was not applied as planned.' },
  'load-tool-failed': { verdict: 'inconclusive', text: 'k6 did not run to the end of its script.' },
  'floor-not-settled': { verdict: 'inconclusive', text: 'Connections before the load were not stable.' },
  'floor-moved': { verdict: 'inconclusive', text: 'Connections fell below their floor during the load.' },
  'foreign-connections': { verdict: 'inconclusive', text: 'The limit is exceeded only with connections that others may hold.' },
  'node-set-changed': { verdict: 'inconclusive', text: 'The cache nodes changed during the window.' },
  'target-failed': { verdict: 'inconclusive', text: 'The tier itself broke during the run.' },
  'stopped-early': { verdict: 'inconclusive', text: 'The load was stopped because another gate was already certain to fail.' },
  'deploy-failed': { verdict: 'inconclusive', text: 'The release could not be deployed.' },
  'no-gate': { verdict: 'inconclusive', text: 'The policy has no gate that is enforced here: what ran proves nothing.' },
  'not-run': { verdict: 'inconclusive', text: 'The stage did not run.' },
  aborted: { verdict: 'inconclusive', text: 'The run was stopped before it was complete.' },
  'gates-inconclusive': { verdict: 'inconclusive', text: 'At least one enforced gate reached no verdict.' },
} as const satisfies Record<string, { verdict: Verdict; text: string }>;

export type ReasonCode = keyof typeof REASONS;
export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];
