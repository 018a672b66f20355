import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildEvidence, NOW } from '../gates/builders';
import { swap } from '../gates/helpers';
import { COMMIT } from '../pipeline/delivery-bench';
import { OLD } from '../pipeline/fake-target';
import type { GithubState } from '../support/github/start-github';
import { githubState } from '../support/github/state';
import { FIX, HOUR_MS, LEAKING, NEXT, promoteBench } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');
// Drawing is most of the time of a run, and has tests of its own.
jest.mock('../../src/report/html', () => ({ renderHtml: () => '' }));

const bench = promoteBench();
const SOAK = 'quick:    { rate: 60/s, duration: 60s';
const LEAK = 'maxPerEnvironment: 3, minDatapoints';

const review = (state: 'approved' | 'rejected', author: string) => ({
  state,
  author,
  comment: 'no',
  environments: ['production-approval'],
});
const reviews = (...given: readonly ReturnType<typeof review>[]): void => {
  bench().run().reviews = [...given];
};
const says = (name: string, value: string) => (): void => {
  bench().environment[name] = value;
};
const carriedOver = (): void => {
  const jobs = [{ name: 'approve', status: 'completed' as const, conclusion: 'success' as const, ranInAttempt: 1 }];
  bench().run().attempts.push({ triggeringActor: 'octo-author', jobs });
  bench().environment['GITHUB_RUN_ATTEMPT'] = '2';
};
const protectedBy = (change: Partial<GithubState['environments'][number]> | null) => (): void => {
  bench().github.state.environments = bench().github.state.environments.flatMap((each) =>
    change === null ? [] : [{ ...each, ...change }],
  );
};
const overridden = (gates: (open: readonly string[]) => readonly string[], hours: number) => async (): Promise<void> => {
  await bench().qualify(LEAKING);
  await bench().override(gates(await bench().openGates()), hours);
};

/** The gates of an earlier run reached no verdict, and a person set them aside; the next run measures a failure. */
const overriddenBefore = async (): Promise<void> => {
  await bench().qualify({ ...LEAKING, fault: { reason: 'telemetry-error', detail: 'x' } });
  await bench().override(await bench().openGates(), 8);
  jest.setSystemTime(Date.now() + 60_000);
  await bench().qualify({ ...LEAKING, startedAt: new Date(NOW.getTime() + 1).toISOString() });
};
/** The candidate came by a pull request of as many commits as GitHub lists of one. */
const manyCommits = (): void => {
  const listed = Array.from({ length: 250 }, (_, i) => ({ sha: (i + 1).toString(16).padStart(40, '0') }));
  const pull = { number: 9, state: 'closed' as const, headSha: COMMIT, mergedAs: COMMIT, commits: listed.map(({ sha }) => sha) };
  const made = githubState({ commits: listed, pulls: [pull] });
  bench().github.state.commits.unshift(...made.commits);
  bench().github.state.pulls.push(...made.pulls);
};

test('what somebody else approved is promoted, and the approval is on record before', async () => {
  const { code, report } = await bench().promote();
  expect({ code, promotion: report?.promotion }).toMatchObject({
    code: 0,
    promotion: { state: 'promoted', from: OLD, to: bench().digest() },
  });
  expect((await bench().kinds()).slice(-5)).toEqual(['approval', 'canary-begun', 'evidence', 'gate-report', 'promotion']);
  expect(bench().target.serving()).toBe(bench().digest());
  const asked = (operationId: string) =>
    bench()
      .github.requests()
      .filter((each) => each.operationId === operationId).length;
  // Who wrote the commits does not change while the canary runs; what people say does.
  expect([asked('repos/list-pull-requests-associated-with-commit'), asked('actions/get-reviews-for-run')]).toEqual([1, 2]);
});

test('more authors than GitHub lists are no obstacle where authors may approve', async () => {
  bench().edit(swap('approverMayBeAuthor: false', 'approverMayBeAuthor: true'));
  manyCommits();
  expect(await bench().promote()).toMatchObject({ code: 0, report: { promotion: { state: 'promoted' } } });
});

describe('by dispatch', () => {
  beforeEach(() => {
    bench().edit(swap('approval: environment', 'approval: dispatch, approvers: [octo-manager]'));
    Object.assign(bench().run(), { event: 'workflow_dispatch', path: '.github/workflows/approve.yml', actor: 'octo-manager', reviews: [] });
    bench().run().attempts = [{ triggeringActor: 'octo-manager', jobs: [] }];
  });
  const filledIn = (digest: string): void => {
    writeFileSync(join(bench().root, 'event.json'), JSON.stringify({ inputs: { digest } }));
  };

  test('the run of `approve` for this digest is the approval', async () => {
    filledIn(bench().digest().slice(7, 19));
    expect(await bench().promote('--reason', 'looked at it')).toMatchObject({ code: 0, report: { promotion: { state: 'promoted' } } });
  });

  test.each<[string, () => void]>([
    ['of another workflow', () => Object.assign(bench().run(), { path: '.github/workflows/hotfix.yml' })],
    ['for another digest', () => filledIn(NEXT)],
    ['for none', () => filledIn('')],
  ])('a run %s is none', async (_what, change) => {
    filledIn(bench().digest());
    change();
    expect((await bench().promote()).report?.promotion.reason).toMatch(/^approval-missing: /);
    expect(bench().target.calls).toEqual([]);
  });
});

test.each(['f'.repeat(40), `${COMMIT}+dirty`])(
  'a production of %s, which GitHub does not know, has a reason of its own',
  async (commit) => {
    await bench().append(OLD, { kind: 'promotion', from: OLD }, commit);
    const { code, report } = await bench().promote();
    expect([code, report?.promotion.reason]).toEqual([1, expect.stringMatching(/^lineage-unknown: .*tidegate rollback --to/)]);
  },
);

/** What happened before; the state and code that the promotion then ends with, and its exit code where it is not 1. */
const refused: [string, () => unknown, string, string, number?][] = [
  ['nobody approved', () => reviews(), 'refused', 'approval-missing'],
  ['only another run was approved', says('GITHUB_RUN_ID', '6'), 'refused', 'approval-missing'],
  [
    'somebody rejected it',
    () => reviews(review('approved', 'octo-reviewer'), review('rejected', 'octo-manager')),
    'rejected',
    'approval-rejected',
  ],
  ['only an earlier attempt was approved', carriedOver, 'refused', 'approval-of-another-attempt'],
  ['an author approved', () => reviews(review('approved', 'octo-author')), 'refused', 'approver-is-author'],
  ['there is no environment', protectedBy(null), 'refused', 'environment-unprotected'],
  ['the environment asks nobody', protectedBy({ reviewers: [] }), 'refused', 'environment-unprotected'],
  ['administrators may bypass it', protectedBy({ adminsMayBypass: true }), 'refused', 'environment-unprotected'],
  ['people may approve themselves', protectedBy({ preventSelfReview: false }), 'refused', 'environment-unprotected'],
  [
    'GitHub fails',
    () => bench().github.fail({ operationId: 'actions/get-reviews-for-run', status: 500, times: 99 }),
    'refused',
    'github-unreadable',
  ],
  ['there is no token', says('GITHUB_TOKEN', ''), 'refused', 'github-unreadable'],
  ['another candidate is pinned', says('TIDEGATE_PINNED', NEXT), 'refused', 'another-pinned'],
  ['promotion is frozen', says('TIDEGATE_FREEZE', '2099-01-01T00:00:00Z the fair is open'), 'refused', 'frozen'],
  ['a freeze cannot be read', says('TIDEGATE_FREEZE', 'tomorrow'), 'refused', 'freeze-unreadable'],
  [
    'the digest was revoked',
    () => bench().append(bench().digest(), { kind: 'revocation', who: 'r', reason: 'x' }),
    'refused',
    'digest-revoked',
  ],
  ['promotion is held', () => bench().append(OLD, { kind: 'hold', who: 'r', reason: 'x' }), 'refused', 'hold-in-force'],
  ['the evidence is stale', () => jest.setSystemTime(NOW.getTime() + 25 * HOUR_MS), 'refused', 'evidence-stale'],
  ['the tree was dirty', () => bench().qualify({}, `${COMMIT}+dirty`), 'refused', 'commit-dirty'],
  ['the commit was never merged', () => bench().qualify({}, FIX), 'refused', 'not-on-default-branch'],
  ['the policy has another load since', () => bench().edit(swap(SOAK, SOAK.replace('60/s', '61/s'))), 'refused', 'evidence-outdated', 2],
  ['the policy is stricter since', () => bench().edit(swap(LEAK, LEAK.replace('3', '0.1'))), 'refused', 'verdict-not-passed'],
  ['the release failed', () => bench().qualify(LEAKING), 'refused', 'verdict-not-passed'],
  ['an override has ended', overridden((open) => open, 0), 'refused', 'override-expired'],
  ['an override is about an earlier run', overriddenBefore, 'refused', 'override-expired'],
  ['GitHub does not list all authors', manyCommits, 'refused', 'author-unknown'],
  ['an override names too few gates', overridden((open) => open.slice(1), 8), 'refused', 'verdict-not-passed'],
];
test.each(refused)('it is refused where %s', async (_what, before, state, reason, exit = 1) => {
  await before();
  const { code, report, message } = await bench().promote();
  expect({ code, message, state: report?.promotion.state, reason: report?.promotion.reason.split(':')[0] }).toEqual({
    code: exit,
    message: '',
    state,
    reason,
  });
  expect([bench().target.calls, bench().target.serving()]).toEqual([[], OLD]);
});

describe('what is stored was altered', () => {
  const otherEvidence = async () => {
    const evidence = await bench().ledger(({ objects }) => objects.put(Buffer.from(JSON.stringify(buildEvidence()))));
    await bench().append(bench().digest(), { kind: 'evidence', evidence });
  };
  const alter = (directory: string, edit: (text: string) => string) => {
    const files = readdirSync(join(bench().root, directory), { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      writeFileSync(path, edit(readFileSync(path, 'utf8')));
    }
  };
  test.each<[string, () => unknown, string]>([
    ['the evidence', () => alter('objects', (text) => `${text} `), 'package-missing'],
    ['an entry of the ledger', () => alter('ledger', (text) => text.replaceAll(COMMIT, NEXT)), 'ledger-unreadable'],
    ['which evidence is meant', otherEvidence, 'evidence-of-another-release'],
  ])('%s: nothing moves', async (_what, change, reason) => {
    await change();
    expect(await bench().promote()).toMatchObject({ code: 1, message: expect.stringContaining(`Refused (${reason})`) });
    expect(bench().target.calls).toEqual([]);
  });
});

test.each<[string, string, string | null]>([
  ['a commit that production holds already', 'superseded', null],
  ['one that lacks a hotfix', 'hotfix-not-merged-back', 'hotfix'],
  ['one that lacks something else', 'lineage-diverged', 'diverged'],
])('%s does not go over it', async (_what, reason, kind) => {
  // Production serves what the ledger says; only its commit is another one than the candidate's parent.
  const commit = kind === null ? NEXT : FIX;
  if (kind === 'hotfix') await bench().append(OLD, { kind: 'hotfix', who: 'octo-manager', reason: 'x', branch: 'fix' }, commit);
  await bench().append(OLD, { kind: 'promotion', from: OLD }, commit);
  const { code, report } = await bench().promote();
  expect([code, report?.promotion.state, report?.promotion.reason.split(':')[0]]).toEqual(
    reason === 'lineage-diverged' ? [1, 'refused', reason] : [2, 'superseded', reason],
  );
});
