import type { GithubStateInput } from '../../test/support/github/state';
import { REPOSITORY, RUN_ID } from './identity';
import type { Scenario } from './scenario';
import { policyWith } from './test-policy';
import type { WorkingCopy } from './working-copy';

const AUTHOR = 'octo-author';
const REVIEWER = 'octo-reviewer';
const PULL_REQUEST = 41;

type Review = 'approved' | 'nobody';

/** A repository whose environment asks for a reviewer, two commits on main, and this run of `delivery`. */
function merged({ base, candidate }: WorkingCopy, review: Review): GithubStateInput {
  return {
    commits: [
      { sha: base, author: AUTHOR },
      { sha: candidate, parents: [base], author: AUTHOR },
    ],
    pulls: [{ number: PULL_REQUEST, title: 'The candidate', state: 'closed', mergedAs: candidate, headSha: candidate, baseSha: base }],
    runs: [
      {
        id: RUN_ID,
        headSha: candidate,
        actor: AUTHOR,
        attempts: [{ triggeringActor: AUTHOR, jobs: [{ name: 'approve' }] }],
        reviews: review === 'approved' ? [{ state: 'approved', author: REVIEWER, comment: 'read the report' }] : [],
      },
    ],
    environments: [
      { name: 'production-approval', reviewers: [REVIEWER], preventSelfReview: true, adminsMayBypass: false, branches: ['main'] },
    ],
  };
}

function push({ base, candidate }: WorkingCopy): object {
  return { ref: 'refs/heads/main', before: base, after: candidate, head_commit: { id: candidate, message: 'The candidate' } };
}

const DELIVERY = {
  workflow: 'delivery.yml',
  event: 'push',
  actor: AUTHOR,
  payload: push,
  variables: {},
} as const satisfies Partial<Scenario>;

/** Each state that a person may find in the comment before there is a verdict. */
const BEFORE_THE_VERDICT = [
  /### 🕓 Queued: waiting for staging[\s\S]*one candidate uses at a time/,
  /### 📦 Deploying to staging/,
  /### 🌊 Testing under load[\s\S]*No verdict yet/,
] as const;
const UNTIL_PROMOTED = [...BEFORE_THE_VERDICT, /### ✋ Awaiting approval/, /### ⏳ Promoting behind a canary/] as const;

const STOPPED_AT_THE_GATE = { approve: 'skipped', 'promote/promote': 'skipped', delivered: 'failure' } as const;

/** Whole headlines: every report has the words `promoted`, `passed` and the gates' names somewhere. */
export const HEADLINES = {
  promoted: /^### ✅ Promoted: all \d+ gates passed · /mu,
  failed: /^### ❌ (Failed|Not promoted): \S+ failed \(/mu,
  inconclusive: /^### ⚠️ (No verdict|Not promoted): /mu,
} as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    ...DELIVERY,
    name: 'inconclusive',
    what: 'a load script that breaks off proves nothing, and nothing is promoted',
    candidate: {
      'k6/breaks-off.ts': "export default () => undefined;\nthrow new Error('a load script that breaks off');\n",
      '.github/gates.yaml': policyWith({ smokeScript: 'k6/breaks-off.ts' }),
    },
    github: (copy) => merged(copy, 'approved'),
    expected: {
      jobs: STOPPED_AT_THE_GATE,
      summary: [/load-tool-failed/],
      comment: [HEADLINES.inconclusive],
      said: [...BEFORE_THE_VERDICT, HEADLINES.inconclusive],
    },
  },
  {
    ...DELIVERY,
    name: 'unapproved',
    what: 'a release that passed is refused, because GitHub knows of nobody who approved it',
    candidate: { '.github/gates.yaml': policyWith({ smokeOnly: true }) },
    github: (copy) => merged(copy, 'nobody'),
    expected: {
      jobs: { build: 'success', approve: 'success', 'promote/promote': 'failure', delivered: 'failure' },
      summary: [/approval-missing/],
      comment: [/approval-missing/],
      said: [...UNTIL_PROMOTED, /### ⛔ Not promoted/],
      ledger: { has: ['gate-report'], lacks: ['promotion', 'approval'] },
    },
  },
  {
    ...DELIVERY,
    name: 'promoted',
    what: 'from the push to production: built, qualified, approved, promoted behind a canary',
    candidate: { 'CANDIDATE.md': 'A change.\n' },
    github: (copy) => merged(copy, 'approved'),
    expected: {
      jobs: { build: 'success', approve: 'success', 'promote/promote': 'success', conclude: 'success', delivered: 'success' },
      summary: [HEADLINES.promoted],
      comment: [HEADLINES.promoted],
      said: [...UNTIL_PROMOTED, HEADLINES.promoted],
    },
  },
  {
    ...DELIVERY,
    name: 'blocked',
    what: 'the release of the incident is blocked by its gates; nobody is asked to approve it',
    candidate: { '.github/gates.yaml': policyWith({ entry: 'test/releases/bad/incident.ts' }) },
    github: (copy) => merged(copy, 'approved'),
    expected: {
      jobs: STOPPED_AT_THE_GATE,
      summary: [HEADLINES.failed, /redis-connection-leak|redis-new-connections/],
      comment: [HEADLINES.failed, /redis-connection-leak|redis-new-connections/],
      said: [...BEFORE_THE_VERDICT, HEADLINES.failed],
    },
  },
  {
    name: 'fork',
    what: "a fork's pull request is judged without any right: the report is in the summary, and no comment is tried",
    workflow: 'pull-request.yml',
    event: 'pull_request',
    actor: AUTHOR,
    payload: ({ base, candidate }) => ({
      action: 'synchronize',
      number: PULL_REQUEST,
      pull_request: {
        number: PULL_REQUEST,
        head: { ref: 'change', sha: candidate, repo: { full_name: 'octo-author/example-check-in', fork: true } },
        base: { ref: 'main', sha: base, repo: { full_name: REPOSITORY, fork: false } },
      },
    }),
    variables: {},
    candidate: { '.github/gates.yaml': policyWith({ smokeOnly: true }) },
    github: (copy) => ({
      ...merged(copy, 'nobody'),
      permissions: { contents: 'read' },
      pulls: [
        {
          number: PULL_REQUEST,
          headSha: copy.candidate,
          baseSha: copy.base,
          headRepository: 'octo-author/example-check-in',
          title: 'A change',
        },
      ],
    }),
    expected: {
      jobs: { twin: 'success', failover: 'success', gates: 'success', comment: 'skipped' },
      summary: [/smoke-client-failed/, /### ⚠️ Policy: this pull request loosens \d+ rules[\s\S]*soak/],
      comment: null,
    },
  },
  {
    name: 'rollback',
    what: 'production goes back to what it served before; what it leaves is revoked, and promotion is held',
    workflow: 'rollback.yml',
    event: 'workflow_dispatch',
    actor: REVIEWER,
    payload: () => ({ ref: 'refs/heads/main', inputs: { reason: 'connections climb since the promotion', 'dry-run': 'false' } }),
    variables: {},
    candidate: { 'CANDIDATE.md': 'A change.\n' },
    github: (copy) => merged(copy, 'nobody'),
    seed: 'two-promotions',
    expected: {
      jobs: { 'rollback/rollback': 'success', 'rolled-back': 'success' },
      summary: [/ is revoked\./, /Promotion is held until/],
      comment: null,
      ledger: { has: ['rollback', 'revocation', 'hold'], lacks: [] },
    },
  },
];
