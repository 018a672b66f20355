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
    expect(of({ lineage, onDefaultBranch: false }, hotfix)).toBeNull();
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
  const outcome = guardApproval({ facts, promotion: { ...promotion, ...policy }, lane, reason: 'in person' });
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
    const outcome = guardApproval({ facts: factsOf(), promotion, lane: 'usual', reason: '' });
    expect(outcome).toEqual({
      allowed: true,
      approvals: [{ kind: 'approval', who: 'octo-reviewer', mode: 'environment', run: '7', attempt: 1, reason: 'the soak is flat' }],
    });
  });

  test.each<[string, DeliveryFacts, RefusalCode | string[]]>([
    ['does not exist', environment({ exists: false }), 'environment-unprotected'],
    ['asks nobody', environment({ reviewers: 0 }), 'environment-unprotected'],
    ['lets people review themselves', environment({ preventSelfReview: false }), 'environment-unprotected'],
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
    ['brings no new commit', { ...written(), lineage: 'same' }, ['octo-reviewer']],
  ])('that %s', (_what, facts, expected) => {
    expect(approval(facts)).toEqual(expected);
  });
});

describe('approval by dispatch', () => {
  const run = { ...factsOf().run, event: 'workflow_dispatch', actor: 'octo-manager', triggeringActor: 'octo-manager' };
  const dispatched = (change: Partial<typeof run> = {}, more: Partial<DeliveryFacts> = {}) =>
    factsOf({ run: { ...run, ...change }, ...more });
  const policy: Partial<typeof promotion> = { approval: 'dispatch', approvers: ['Octo-Manager'] };

  test.each<[string, DeliveryFacts, RefusalCode | string[]]>([
    ['by a person of the list', dispatched(), ['octo-manager']],
    ['that is none: a push', dispatched({ event: 'push' }), 'approval-missing'],
    ['on another branch', dispatched({ headBranch: 'mine' }), 'approval-missing'],
    ['that somebody else runs again', dispatched({ triggeringActor: 'octo-author' }), 'approval-of-another-attempt'],
    ['by a stranger', dispatched({ actor: 'octo-reviewer', triggeringActor: 'octo-reviewer' }), 'approver-not-listed'],
    ['by an author', dispatched({}, { authors: [{ commit: COMMIT, as: 'author', login: 'octo-manager' }] }), 'approver-is-author'],
    ['where an author is unknown', dispatched({}, { authors: [{ commit: COMMIT, as: 'author', login: null }] }), 'author-unknown'],
  ])('%s', (_what, facts, expected) => {
    expect(approval(facts, policy)).toEqual(expected);
  });
});

describe('every key of promotion about people changes an outcome', () => {
  const run = { ...factsOf().run, event: 'workflow_dispatch', actor: 'octo-manager', triggeringActor: 'octo-manager' };

  test('approval', () => {
    expect(approval(factsOf({ run }), { approval: 'environment', approvers: ['octo-manager'] })).toEqual(['octo-reviewer']);
    expect(approval(factsOf({ run }), { approval: 'dispatch', approvers: ['octo-manager'] })).toEqual(['octo-manager']);
  });

  test('approvers', () => {
    expect(approval(factsOf({ run }), { approval: 'dispatch' })).toBe('approver-not-listed');
    expect(approval(factsOf({ run }), { approval: 'dispatch', approvers: ['octo-manager'] })).toEqual(['octo-manager']);
  });

  test('approvers, in the hotfix lane, besides an approval', () => {
    expect(approval(factsOf({ run }), {}, 'hotfix')).toBe('approver-not-listed');
    expect(approval(factsOf({ run }), { approvers: ['octo-manager'] }, 'hotfix')).toEqual(['octo-reviewer']);
    expect(approval({ ...reviewed(), run }, { approvers: ['octo-manager'] }, 'hotfix')).toBe('approval-missing');
  });

  test('approverMayBeAuthor, and nothing else', () => {
    const own = written('octo-reviewer');
    expect([approval(own), approval(own, { approverMayBeAuthor: true })]).toEqual(['approver-is-author', ['octo-reviewer']]);
    const rest = [reviewed(), environment({ preventSelfReview: false }), reviewed(['octo-manager', 'rejected'])];
    expect(rest.map((facts) => approval(facts, { approverMayBeAuthor: true }))).toEqual(rest.map((facts) => approval(facts)));
  });
});
