import type { Evidence } from '../../gates/evidence-schema';
import type { GateReport, Promotion } from '../../gates/report-schema';
import { DIGESTS } from './identities';
import { CANARY_FAILED_RUN, FAILED_RUN, INCONCLUSIVE_RUN, OBSERVED_RUN, PASSED_RUN, type SampleRun, SHIPPED_RUN } from './runs';

export { PENDING_RUNS } from './pending';

/** One state of a report to look at. */
export interface Sample {
  /** File name of the state. */
  readonly name: string;
  readonly report: GateReport;
  readonly evidence: Evidence | null;
}

const between = { from: DIGESTS.serving, to: DIGESTS.candidate } as const;

function state(name: string, { report, evidence }: SampleRun, promotion: Promotion, more: Partial<GateReport> = {}): Sample {
  return { name, evidence, report: { ...report, promotion, ...more } };
}

function notAsked(name: string, { report, evidence }: SampleRun): Sample {
  return { name, report, evidence };
}

const override: GateReport['override'] = {
  who: 'release-manager',
  when: '2026-01-31T10:20:00Z',
  reason: 'CloudWatch is disturbed in this region; the soak was watched by hand and connections were flat.',
  incident: 'https://status.example.com/incidents/42',
  gates: ['redis-connection-leak', 'redis-idle-return', 'redis-capacity'],
  digest: DIGESTS.candidate,
  expires: '2026-02-01T08:00:00Z',
};

/** Every state that a report can be in, each with data as a real run would leave it. */
export const SAMPLES: readonly Sample[] = [
  notAsked('evaluated-passed', PASSED_RUN),
  notAsked('evaluated-failed', FAILED_RUN),
  notAsked('evaluated-inconclusive', INCONCLUSIVE_RUN),
  notAsked('evaluated-observed', OBSERVED_RUN),
  { name: 'evaluated-without-evidence', report: FAILED_RUN.report, evidence: null },
  state('awaiting-approval', PASSED_RUN, {
    state: 'awaiting-approval',
    ...between,
    reason: 'A person who wrote none of the commits must approve.',
  }),
  state('promoting', PASSED_RUN, { state: 'promoting', ...between, reason: 'The canary gets 50 % of production’s requests.' }),
  state('promoted', SHIPPED_RUN, { state: 'promoted', ...between, reason: 'The canary passed; production serves the candidate.' }),
  state('rejected', PASSED_RUN, { state: 'rejected', ...between, reason: 'Rejected by release-manager: wait for the event to end.' }),
  state('superseded', PASSED_RUN, { state: 'superseded', ...between, reason: 'A newer candidate, 9d8c7b6, was promoted.' }),
  state('rolled-back', CANARY_FAILED_RUN, {
    state: 'rolled-back',
    ...between,
    reason: 'The canary failed; production serves the earlier release again.',
  }),
  state('refused-failed', FAILED_RUN, { state: 'refused', ...between, reason: 'The verdict is failed.' }),
  state('refused-inconclusive', INCONCLUSIVE_RUN, {
    state: 'refused',
    ...between,
    reason: 'The verdict is inconclusive, which is never a pass.',
  }),
  state('refused-stale', PASSED_RUN, { state: 'refused', ...between, reason: 'The evidence is 31 h old; the policy allows 24 h.' }),
  state('overridden', INCONCLUSIVE_RUN, { state: 'promoted', ...between, reason: 'An override was in force.' }, { override }),
];
