import { exitCodeOf } from '../../src/cli/exit-code';
import { evaluate } from '../../src/gates/evaluate';
import type { GateReport } from '../../src/gates/report-schema';
import { buildEvidence, policyOf } from '../gates/builders';

const { policy, digest } = policyOf();
const base = evaluate({ evidence: buildEvidence(), policy, policyDigest: digest, toolVersion: '0' });
const report = (change: Partial<GateReport>, state: GateReport['promotion']['state'] = 'not-asked'): GateReport => ({
  ...base,
  ...change,
  promotion: { ...base.promotion, state },
});
const override = {
  who: 'release-manager',
  when: '2026-01-01T00:00:00.000Z',
  reason: 'a known fault of the test data',
  incident: 'https://example.com/1',
  gates: ['api-5xx'],
  digest: base.release.digest,
  expires: '2026-01-01T12:00:00.000Z',
};

test.each<[string, GateReport, number]>([
  ['passed, nobody asked', report({}), 0],
  ['promoted', report({}, 'promoted'), 0],
  ['failed', report({ verdict: 'failed' }, 'refused'), 1],
  ['failed although something promoted it', report({ verdict: 'failed' }, 'promoted'), 1],
  ['passed, then refused by the guard', report({}, 'refused'), 1],
  ['passed, then rolled back', report({}, 'rolled-back'), 1],
  ['passed, then rejected by a person', report({}, 'rejected'), 1],
  ['inconclusive', report({ verdict: 'inconclusive' }, 'refused'), 2],
  ['inconclusive canary on hold', report({ verdict: 'inconclusive' }, 'promoting'), 2],
  ['superseded', report({}, 'superseded'), 2],
  ['failed under an override in force', report({ verdict: 'failed', override }, 'promoted'), 0],
])('%s', (_what, given, code) => {
  expect(exitCodeOf(given)).toBe(code);
});
