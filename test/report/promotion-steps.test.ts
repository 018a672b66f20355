import type { GateReport, Promotion } from '../../src/gates/report-schema';
import type { RefusalCode } from '../../src/pipeline/decision';
import { promotionText } from '../../src/report/facts';
import { reportModel } from '../../src/report/model';
import { REFUSAL_STEPS, reasonCodeOf } from '../../src/report/promotion-steps';
import { FAILED_RUN, PASSED_RUN } from '../../src/report/samples/runs';

/** Complete, or it does not compile: a code that a guard learns has to say here whether a report can show it. Those of a rollback cannot. */
const SHOWN_IN_A_REPORT: Readonly<Record<RefusalCode, boolean>> = {
  'no-evidence': true,
  'verdict-not-passed': true,
  'evidence-of-another-release': true,
  'evidence-incomplete': true,
  'evidence-outdated': true,
  'evidence-stale': true,
  'evidence-of-another-profile': true,
  'digest-revoked': true,
  'hold-in-force': true,
  'never-promoted': false,
  'already-serving': false,
  'reason-missing': false,
  'package-missing': true,
  'production-unavailable': true,
  'production-not-in-ledger': true,
  'ledger-unreadable': true,
  'override-expired': true,
  'override-invalid': true,
  'commit-dirty': true,
  frozen: true,
  'freeze-unreadable': true,
  'another-pinned': true,
  'github-unreadable': true,
  superseded: true,
  'lineage-diverged': true,
  'lineage-unknown': true,
  'not-on-default-branch': true,
  'hotfix-not-merged-back': true,
  'hotfix-on-default-branch': true,
  'hotfix-not-on-branch': true,
  'environment-unprotected': true,
  'approval-missing': true,
  'approval-rejected': true,
  'approval-of-another-attempt': true,
  'approver-is-author': true,
  'approver-overrode': true,
  'approver-not-listed': true,
  'author-unknown': true,
};

test('every code of a refused promotion has a next step in words', () => {
  for (const [code, shown] of Object.entries(SHOWN_IN_A_REPORT)) expect([code, Object.hasOwn(REFUSAL_STEPS, code)]).toEqual([code, shown]);
});

test.each([
  ['frozen: Until Monday.', 'frozen'],
  ['frozen', 'frozen'],
  ['frozen until Monday', null],
  ['constructor: x', null],
  ['The canary passed.', null],
])('%j begins with the code %s', (reason, code) => {
  expect(reasonCodeOf(reason)).toBe(code);
});

test('a code stands beside the state, not in the sentence', () => {
  expect(promotionText({ state: 'refused', from: null, to: null, reason: 'frozen: Until Monday.' })).toBe(
    'Refused (frozen). Until Monday.',
  );
  expect(promotionText({ state: 'promoted', from: null, to: null, reason: 'The canary passed.' })).toBe('Promoted. The canary passed.');
});

test('what to do: the refusal’s own step; the gates’ when they are the refusal; the state’s when it is neither', () => {
  const next = (report: GateReport, promotion: Partial<Promotion>) =>
    reportModel({ ...report, promotion: { state: 'refused', from: null, to: null, reason: '', ...promotion } }, null).next;
  expect(next(PASSED_RUN.report, { reason: 'frozen: Until Monday.' })).toBe(REFUSAL_STEPS['frozen']);
  expect(next(FAILED_RUN.report, { reason: 'verdict-not-passed: failed.' })).toMatch(/^Share one client/);
  expect(next(PASSED_RUN.report, { state: 'superseded', reason: 'hotfix-not-merged-back: Merge it.' })).toMatch(/^Merge the hotfix branch/);
  expect(next(PASSED_RUN.report, { state: 'superseded', reason: 'A newer one.' })).toMatch(/^Nothing here/);
  expect(next(PASSED_RUN.report, { state: 'promoted', reason: 'The canary passed.' })).toBeNull();
});
