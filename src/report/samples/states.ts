import type { Evidence } from '../../gates/evidence-schema';
import type { GateReport, Promotion } from '../../gates/report-schema';
import type { DeliveryNotes } from '../delivery';
import { DIGESTS } from './identities';
import { APPROVED, BATCH, BY_DISPATCH, BY_ENVIRONMENT, FORK, HOTFIX, PREVIEW, REJECTED, RUN } from './notes';
import { CANARY_FAILED_RUN, FAILED_RUN, INCONCLUSIVE_RUN, OBSERVED_RUN, PASSED_RUN, type SampleRun, SHIPPED_RUN } from './runs';
import { STOPPED_REPORT } from './stopped';

export { PENDING_RUNS } from './pending';

/** One state of a report to look at. */
export interface Sample {
  /** File name of the state. */
  readonly name: string;
  readonly report: GateReport;
  readonly evidence: Evidence | null;
  /** What GitHub knows beside it. */
  readonly notes?: DeliveryNotes;
  /** What it differs in stands in the comment: the long forms would only be looked at twice. */
  readonly commentOnly?: boolean;
}

const between = { from: DIGESTS.serving, to: DIGESTS.candidate } as const;

interface More extends Pick<Sample, 'commentOnly'> {
  readonly notes?: DeliveryNotes;
  readonly override?: GateReport['override'];
}

function state(
  name: string,
  { report, evidence }: SampleRun,
  promotion: Promotion,
  { notes = RUN, override = null, ...rest }: More = {},
): Sample {
  return { name, evidence, notes, report: { ...report, promotion, override }, ...rest };
}

function notAsked(name: string, { report, evidence }: SampleRun, notes: DeliveryNotes = {}): Sample {
  return { name, report, evidence, notes };
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

const awaiting = { state: 'awaiting-approval', ...between, reason: 'The evidence is complete; a person decides.' } as const;
const promoted = { state: 'promoted', ...between, reason: 'The canary passed; production serves the candidate.' } as const;
const refused = (reason: string): Promotion => ({ state: 'refused', ...between, reason });

/** Every state that a report can be in, each with data as a real run would leave it. */
export const SAMPLES: readonly Sample[] = [
  notAsked('evaluated-passed', PASSED_RUN),
  notAsked('evaluated-failed', FAILED_RUN, PREVIEW),
  notAsked('evaluated-inconclusive', INCONCLUSIVE_RUN),
  notAsked('evaluated-observed', OBSERVED_RUN),
  { name: 'evaluated-stopped', report: STOPPED_REPORT, evidence: null },
  { name: 'evaluated-without-evidence', report: FAILED_RUN.report, evidence: null },
  notAsked('fork', PASSED_RUN, FORK),
  state('awaiting-approval', PASSED_RUN, awaiting, { notes: BY_ENVIRONMENT }),
  state('awaiting-approval-by-dispatch', PASSED_RUN, awaiting, { commentOnly: true, notes: BY_DISPATCH }),
  state('awaiting-approval-overridden', INCONCLUSIVE_RUN, awaiting, { commentOnly: true, notes: BY_ENVIRONMENT, override }),
  state(
    'promoting',
    PASSED_RUN,
    { state: 'promoting', ...between, reason: 'The canary gets 50 % of production’s requests.' },
    { notes: APPROVED },
  ),
  state('promoted', SHIPPED_RUN, promoted, { notes: BATCH }),
  state('promoted-hotfix', SHIPPED_RUN, promoted, { commentOnly: true, notes: HOTFIX }),
  state('rejected', PASSED_RUN, { state: 'rejected', ...between, reason: 'A reviewer said no.' }, { notes: REJECTED }),
  state('superseded', PASSED_RUN, { state: 'superseded', ...between, reason: 'A newer candidate took its place.' }),
  state(
    'superseded-hotfix',
    PASSED_RUN,
    {
      state: 'superseded',
      ...between,
      reason: 'hotfix-not-merged-back: Production runs a hotfix that this candidate does not contain.',
    },
    { commentOnly: true },
  ),
  state(
    'broken-off',
    PASSED_RUN,
    { state: 'broken-off', ...between, reason: 'The promotion was cancelled without a report of how it ended.' },
    { commentOnly: true, notes: APPROVED },
  ),
  state(
    'rolled-back',
    CANARY_FAILED_RUN,
    { state: 'rolled-back', ...between, reason: 'The canary failed; production serves the earlier release again.' },
    { notes: APPROVED },
  ),
  state('refused-failed', FAILED_RUN, refused('verdict-not-passed: The verdict is failed (gates-failed).')),
  state('refused-inconclusive', INCONCLUSIVE_RUN, refused('verdict-not-passed: The verdict is inconclusive (metric-missing).')),
  state('refused-stale', PASSED_RUN, refused('evidence-stale: The evidence is 31 h old; the policy allows 24 h.')),
  state('refused-unapproved', PASSED_RUN, refused('approval-missing: Nobody approved attempt 1 of this run.'), { commentOnly: true }),
  state('refused-frozen', PASSED_RUN, refused('frozen: Frozen until 2026-02-02T06:00:00Z: ticket sale of the weekend.'), {
    commentOnly: true,
    notes: APPROVED,
  }),
  state('overridden', INCONCLUSIVE_RUN, { ...promoted, reason: 'An override was in force.' }, { notes: APPROVED, override }),
];
