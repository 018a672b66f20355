import type { DeliveryFacts } from '../../src/github/delivery-facts';
import type { LedgerEntry, LedgerEvent } from '../../src/ledger/entry';
import { guardApproval } from '../../src/pipeline/approval-guard';
import type { RefusalCode } from '../../src/pipeline/decision';
import { type Candidate, guardLineage, guardSwitches } from '../../src/pipeline/delivery-guard';
import { freezeOf } from '../../src/pipeline/freeze';
import { policyOf } from '../gates/builders';
import { COMMIT, factsOf } from './delivery-bench';

const { promotion } = policyOf().policy;
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const NOW = new Date('2026-01-02T00:00:00Z');
const candidate: Candidate = { digest: digest('b'), commit: COMMIT, lane: 'usual', now: NOW };
const hotfix: Candidate = { ...candidate, lane: 'hotfix' };
const codeOf = (outcome: { code?: RefusalCode } | null) => outcome?.code ?? null;

function ledger(...events: readonly LedgerEvent[]): LedgerEntry[] {
  const same = {
    schemaVersion: 1,
    at: NOW.toISOString(),
    target: 'aws',
    digest: digest('a'),
    commit: 'a'.repeat(40),
    previous: null,
  } as const;
  return events.map((event, index) => ({ ...same, sequence: index + 1, event }));
}

describe('a freeze', () => {
  test.each<[string, string, RefusalCode | null]>([
    ['none', '', null],
    ['blanks', '  ', null],
    ['one that lasts', '2026-01-02T00:00:01Z the fair is open', 'frozen'],
    ['one in another time zone', '2026-01-02T01:30:00+01:00 the fair is open', 'frozen'],
    ['one that is over', '2026-01-02T00:00:00Z the fair is open', null],
    ['no reason', '2026-01-03T00:00:00Z', 'freeze-unreadable'],
    ['no zone', '2026-01-03T00:00:00 the fair', 'freeze-unreadable'],
    ['words', 'until monday please', 'freeze-unreadable'],
    ['a day that is none', '2026-02-30T00:00:00Z the fair', 'freeze-unreadable'],
  ])('%s', (_what, freeze, code) => {
    expect(codeOf(guardSwitches(candidate, { freeze, pinned: '' }))).toBe(code);
    expect(guardSwitches(hotfix, { freeze, pinned: '' })).toBeNull();
  });

  test('says until when, and why', () => {
    expect(freezeOf('2026-01-31T08:00:00Z the fair is open')).toMatchObject({ reason: 'the fair is open' });
    expect(guardSwitches(candidate, { freeze: '2026-01-31T08:00:00Z the fair is open', pinned: '' })?.message).toContain(
      '2026-01-31T08:00:00.000Z: the fair is open',
    );
  });
});

describe('a pin', () => {
  test.each<[string, string, RefusalCode | null]>([
    ['this digest', candidate.digest, null],
    ['the beginning of this digest', 'bbbbbbbbbbbb', null],
    ['this commit', COMMIT, null],
    ['the beginning of this commit', ` ${'C'.repeat(7)} `, null],
    ['a beginning that could be anything', 'cccc', 'another-pinned'],
    ['another digest', digest('d'), 'another-pinned'],
    ['another commit', 'd'.repeat(40), 'another-pinned'],
    ['more than this commit', `${COMMIT}c`, 'another-pinned'],
  ])('on %s', (_what, pinned, code) => {
    for (const each of [candidate, hotfix]) expect(codeOf(guardSwitches(each, { freeze: '', pinned }))).toBe(code);
  });
});

test.each(['none', `${COMMIT}+dirty`])('a build that no commit holds (%s) is not promoted', (commit) => {
  expect(codeOf(guardSwitches({ ...candidate, commit }, { freeze: '', pinned: '' }))).toBe('commit-dirty');
});

describe('lineage', () => {
  const installed = ledger({ kind: 'installation', reason: 'first' });
  const afterHotfix = [...installed, ...ledger({ kind: 'hotfix', who: 'octo-manager', reason: 'x', branch: 'hotfix/x' })];
  const of = (change: Partial<DeliveryFacts>, given = candidate, entries = installed) =>
    codeOf(guardLineage(entries, given, factsOf(change)));

  test.each(['first', 'same', 'descends'] as const)('%s may go on, when it is merged', (lineage) => {
    expect(of({ lineage })).toBeNull();
    expect(of({ lineage, onDefaultBranch: false })).toBe('not-on-default-branch');
    expect(of({ lineage, onDefaultBranch: false, onNamedBranch: true }, hotfix)).toBeNull();
    expect(of({ lineage, onDefaultBranch: false, onNamedBranch: null }, hotfix)).toBeNull();
  });

  test('a hotfix takes nothing else along: it is not on the default branch, and is on its own', () => {
    expect(of({ onDefaultBranch: true, onNamedBranch: true }, hotfix)).toBe('hotfix-on-default-branch');
    expect(of({ onDefaultBranch: false, onNamedBranch: false }, hotfix)).toBe('hotfix-not-on-branch');
  });

  test.each([candidate, hotfix])('what cannot be compared with production is refused, with the ways on ($lane)', (given) => {
    expect(of({ lineage: 'unknown' }, given, afterHotfix)).toBe('lineage-unknown');
    const said = (commit: string) =>
      guardLineage(
        [...installed].map((each) => ({ ...each, commit })),
        given,
        factsOf({ lineage: 'unknown' }),
      )?.message;
    expect(said('f'.repeat(40))).toMatch(/merges that by a pull request, with a merge commit.*tidegate rollback --to/);
    expect(said(`${'f'.repeat(40)}+dirty`)).toMatch(/uncommitted changes.*tidegate rollback --to/);
  });

  test('what production holds already is superseded, in any lane', () => {
    expect([of({ lineage: 'ancestor' }), of({ lineage: 'ancestor' }, hotfix)]).toEqual(['superseded', 'superseded']);
  });

  test('what lacks a part of production is refused, and says so when that part is a hotfix', () => {
    expect(of({ lineage: 'diverged' })).toBe('lineage-diverged');
    expect(of({ lineage: 'diverged' }, candidate, afterHotfix)).toBe('hotfix-not-merged-back');
    expect(of({ lineage: 'descends' }, candidate, afterHotfix)).toBeNull();
    expect(of({ lineage: 'diverged' }, hotfix, afterHotfix)).toBe('lineage-diverged');
  });
});

/** The code of a refusal, or who approved. */
function approval(facts: DeliveryFacts, policy: Partial<typeof promotion> = {}, lane: Candidate['lane'] = 'usual') {
  const outcome = guardApproval({ facts, promotion: { ...promotion, ...policy }, lane, digest: candidate.digest, reason: 'in person' });
  return outcome.allowed ? outcome.approvals.map(({ who }) => who) : outcome.code;
}
const environment = (change: Partial<DeliveryFacts['approval']['environment']>) =>
  factsOf({ approval: { ...factsOf().approval, environment: { ...factsOf().approval.environment, ...change } } });
const reviewed = (...reviews: readonly [string, 'approved' | 'rejected'][]) =>
  factsOf({ approval: { ...factsOf().approval, reviews: reviews.map(([who, state]) => ({ who, state, comment: 'no' })) } });
const written = (...logins: readonly (string | null)[]) =>
  factsOf({ authors: logins.map((login) => ({ commit: COMMIT, as: 'author', login })) });
const helped = (...logins: readonly (string | null)[]) =>
  factsOf({ authors: [...factsOf().authors, ...logins.map((login) => ({ commit: COMMIT, as: 'co-author' as const, login }))] });

describe('approval in a deployment environment', () => {
  test('is what goes into the ledger', () => {
    const outcome = guardApproval({ facts: factsOf(), promotion, lane: 'usual', digest: candidate.digest, reason: '' });
    expect(outcome).toEqual({
      allowed: true,
      approvals: [{ kind: 'approval', who: 'octo-reviewer', mode: 'environment', run: '7', attempt: 1, reason: 'the soak is flat' }],
    });
  });

  test.each<[string, DeliveryFacts, RefusalCode | string[]]>([
    ['does not exist', environment({ exists: false }), 'environment-unprotected'],
    ['asks nobody', environment({ reviewers: 0 }), 'environment-unprotected'],
    ['lets people review themselves', environment({ preventSelfReview: false }), 'environment-unprotected'],
    ['lets administrators bypass it', environment({ adminsMayBypass: true }), 'environment-unprotected'],
    ['was bypassed by an administrator', reviewed(), 'approval-missing'],
    ['was rejected', reviewed(['octo-manager', 'rejected']), 'approval-rejected'],
    ['was rejected once', reviewed(['octo-manager', 'rejected'], ['octo-reviewer', 'approved']), 'approval-rejected'],
    ['was approved twice', reviewed(['octo-manager', 'approved'], ['octo-reviewer', 'approved']), ['octo-manager', 'octo-reviewer']],
    [
      'was approved in an earlier attempt',
      factsOf({ approval: { ...factsOf().approval, jobOfThisAttempt: false } }),
      'approval-of-another-attempt',
    ],
    ['was approved by an author', written('octo-author', 'Octo-Reviewer'), 'approver-is-author'],
    ['was approved by an author among others', reviewed(['octo-author', 'approved'], ['octo-manager', 'approved']), 'approver-is-author'],
    ['has an author whom nobody knows', written('octo-author', null), 'author-unknown'],
    ['has no author at all', written(), 'author-unknown'],
    ['was approved by a co-author', helped('octo-reviewer'), 'approver-is-author'],
    ['has a co-author without an account', helped(null), ['octo-reviewer']],
    ['has more authors than are told', { ...written('octo-author'), authorsComplete: false }, 'author-unknown'],
    ['was approved by one of those that are told', { ...written('octo-reviewer'), authorsComplete: false }, 'approver-is-author'],
    ['brings no new commit', { ...written(), lineage: 'same' }, ['octo-reviewer']],
  ])('that %s', (_what, facts, expected) => {
    expect(approval(facts)).toEqual(expected);
  });
});

/** Of the workflow `approve`, begun by a person of the list for this candidate. */
const run = {
  ...factsOf().run,
  event: 'workflow_dispatch',
  workflow: '.github/workflows/approve.yml',
  actor: 'octo-manager',
  triggeringActor: 'octo-manager',
};
const inputs = { digest: candidate.digest };

describe('approval by dispatch', () => {
  const dispatched = (change: Partial<typeof run> = {}, more: Partial<DeliveryFacts> = {}) =>
    factsOf({ run: { ...run, ...change }, inputs, ...more });
  const policy: Partial<typeof promotion> = { approval: 'dispatch', approvers: ['Octo-Manager'] };

  test.each<[string, DeliveryFacts, RefusalCode | string[]]>([
    ['by a person of the list', dispatched(), ['octo-manager']],
    ['that is none: a push', dispatched({ event: 'push' }), 'approval-missing'],
    ['by the beginning of the digest', dispatched({}, { inputs: { digest: ` ${candidate.digest.slice(7, 14)} ` } }), ['octo-manager']],
    ['of another workflow', dispatched({ workflow: '.github/workflows/hotfix.yml' }), 'approval-missing'],
    ['of a workflow that is called alike', dispatched({ workflow: 'x/.github/workflows/approve.yml' }), 'approval-missing'],
    ['of another digest', dispatched({}, { inputs: { digest: digest('d') } }), 'approval-missing'],
    ['of what could be anything', dispatched({}, { inputs: { digest: 'bbbbbb' } }), 'approval-missing'],
    ['of no digest', dispatched({}, { inputs: {} }), 'approval-missing'],
    ['on another branch', dispatched({ headBranch: 'mine' }), 'approval-missing'],
    ['that somebody else runs again', dispatched({ triggeringActor: 'octo-author' }), 'approval-of-another-attempt'],
    ['by a stranger', dispatched({ actor: 'octo-reviewer', triggeringActor: 'octo-reviewer' }), 'approver-not-listed'],
    ['by an author', dispatched({}, { authors: [{ commit: COMMIT, as: 'author', login: 'octo-manager' }] }), 'approver-is-author'],
    ['where an author is unknown', dispatched({}, { authors: [{ commit: COMMIT, as: 'author', login: null }] }), 'author-unknown'],
  ])('%s', (_what, facts, expected) => {
    expect(approval(facts, policy)).toEqual(expected);
  });
});

test.each<[string, DeliveryFacts, Partial<typeof promotion>, readonly string[]]>([
  ['how to switch the bypass off', environment({ adminsMayBypass: true }), {}, ['Allow administrators to bypass', 'can_admins_bypass']],
  ['that another workflow approves nothing', factsOf(), { approval: 'dispatch' }, ['`approve`', '`hotfix`', '`override`']],
  ['the ways on from an unknown author', written(null), {}, ['adds it to the account', 'approverMayBeAuthor: true', 'hotfix lane']],
  ['the same for too many', { ...factsOf(), authorsComplete: false }, {}, ['250', 'approverMayBeAuthor: true']],
])('a refusal says %s', (_what, facts, policy, words) => {
  const outcome = guardApproval({ facts, promotion: { ...promotion, ...policy }, lane: 'usual', digest: candidate.digest, reason: '' });
  for (const each of words) expect(outcome).toMatchObject({ allowed: false, message: expect.stringContaining(each) });
});

describe('every key of promotion about people changes an outcome', () => {
  test('approval', () => {
    expect(approval(factsOf({ run, inputs }), { approval: 'environment', approvers: ['octo-manager'] })).toEqual(['octo-reviewer']);
    expect(approval(factsOf({ run, inputs }), { approval: 'dispatch', approvers: ['octo-manager'] })).toEqual(['octo-manager']);
  });

  test('approvers', () => {
    expect(approval(factsOf({ run, inputs }), { approval: 'dispatch' })).toBe('approver-not-listed');
    expect(approval(factsOf({ run, inputs }), { approval: 'dispatch', approvers: ['octo-manager'] })).toEqual(['octo-manager']);
  });

  test('approvers, in the hotfix lane, besides an approval', () => {
    expect(approval(factsOf({ run, inputs }), {}, 'hotfix')).toBe('approver-not-listed');
    expect(approval(factsOf({ run, inputs }), { approvers: ['octo-manager'] }, 'hotfix')).toEqual(['octo-reviewer']);
    expect(approval({ ...reviewed(), run, inputs }, { approvers: ['octo-manager'] }, 'hotfix')).toBe('approval-missing');
  });

  test('approverMayBeAuthor, and nothing else', () => {
    const own = written('octo-reviewer');
    const many = { ...written('octo-author'), authorsComplete: false };
    expect([approval(many), approval(many, { approverMayBeAuthor: true })]).toEqual(['author-unknown', ['octo-reviewer']]);
    expect([approval(own), approval(own, { approverMayBeAuthor: true })]).toEqual(['approver-is-author', ['octo-reviewer']]);
    const rest = [reviewed(), environment({ preventSelfReview: false }), reviewed(['octo-manager', 'rejected'])];
    expect(rest.map((facts) => approval(facts, { approverMayBeAuthor: true }))).toEqual(rest.map((facts) => approval(facts)));
  });
});
