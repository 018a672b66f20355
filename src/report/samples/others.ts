import type { PolicyComparison } from '../../gates/policy/changes-of-texts';
import type { AbsentReport } from '../absent';
import type { Carrier } from '../pointer';
import { COMMIT } from './identities';

/** Comments that are no report: that there is none, that another one carries on, that a policy was changed. */
export const ABSENT_REPORTS = {
  missing: { commit: COMMIT, state: 'missing', why: 'No report was handed over: its directory is not there.' },
  'missing-and-superseded': { commit: COMMIT, state: 'superseded', why: 'A newer candidate took its place.' },
  'missing-and-cancelled': {
    commit: COMMIT,
    state: 'cancelled',
    why: 'The qualification was cancelled, by hand or because a newer candidate waits for staging.',
  },
  'missing-and-broken-off': { commit: COMMIT, state: 'broken-off', why: 'The job promote failed.' },
} as const satisfies Record<string, AbsentReport>;

const carrier: Carrier = {
  commit: '9d8c7b6a594837261504f3e2d1c0b9a897867564',
  pull: 43,
  run: { label: 'that run', url: 'https://github.example/example-org/example-check-in/actions/runs/4712/attempts/1' },
  verdict: 'passed',
  overridden: false,
  state: 'awaiting-approval',
};

/** What a pull request is told by a later candidate, and whether it had a comment of its own that waited. */
export const CARRIERS = {
  'pointer-superseded': { carrier, waited: true },
  'pointer-carried-on': { carrier: { ...carrier, verdict: 'failed', state: 'refused' }, waited: false },
  'pointer-promoted': { carrier: { ...carrier, state: 'promoted' }, waited: true },
} as const satisfies Record<string, { readonly carrier: Carrier; readonly waited: boolean }>;

export const POLICY_COMPARISONS = {
  'policy-loosened': {
    ok: true,
    changes: [
      { stage: 'soak', gate: 'api-5xx', key: 'max', before: '0.1 %', after: '1 %', direction: 'loosened' },
      { stage: 'soak', gate: 'redis-connection-leak', key: 'mode', before: 'enforce', after: 'observe', direction: 'loosened' },
      {
        stage: 'soak',
        gate: 'redis-idle-return',
        key: 'gate',
        before: 'judge idle-return, of redis.connections',
        after: null,
        direction: 'loosened',
      },
      { stage: null, gate: null, key: 'promotion.maxEvidenceAge', before: '24 h', after: '72 h', direction: 'loosened' },
      { stage: null, gate: null, key: 'release.entry', before: 'src/api/handler.ts', after: 'src/api/index.ts', direction: 'changed' },
      { stage: 'spike', gate: 'spike-recovery', key: 'max', before: '5 s', after: '3 s', direction: 'tightened' },
    ],
  },
  'policy-tightened': {
    ok: true,
    changes: [{ stage: 'spike', gate: 'spike-recovery', key: 'max', before: '5 s', after: '3 s', direction: 'tightened' }],
  },
  'policy-settled': { ok: true, changes: [] },
  'policy-invalid': {
    ok: false,
    problem: "The head's policy is not valid:\nhead:12:3: stages.soak.gatez: unknown key, did you mean gates?",
  },
} as const satisfies Record<string, PolicyComparison>;
