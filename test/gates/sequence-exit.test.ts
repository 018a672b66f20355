import { exitCodeOf } from '../../src/cli/exit-code';
import { EXIT } from '../../src/contract';
import { evaluate } from '../../src/gates/evaluate';
import { type GateReport, gateReportSchema, PROMOTION_STATES } from '../../src/gates/report-schema';
import { VERDICTS, type Verdict } from '../../src/gates/vocabulary';
import { buildEvidence, policyOf } from './builders';

/** An override is a state of its own: it changes what may ship and how the command ends, never what was measured. */
const { policy, digest } = policyOf();
const BASE = evaluate({ evidence: buildEvidence({ policy, stages: ['smoke'] }), policy, policyDigest: digest, toolVersion: '0.1.0' });
const OVERRIDE = {
  who: 'release-manager',
  when: '2026-01-01T00:00:00.000Z',
  reason: 'a known fault of the test data',
  incident: 'https://example.com/1',
  gates: ['api-5xx'],
  digest: BASE.release.digest,
  expires: '2026-01-01T12:00:00.000Z',
};

/** Exit codes without an override; with one in force every row reads like that of a verdict that passed. */
const CODES: Readonly<Record<Verdict, Readonly<Record<GateReport['promotion']['state'], keyof typeof EXIT>>>> = {
  passed: {
    'not-asked': 'ok',
    'awaiting-approval': 'ok',
    rejected: 'failed',
    superseded: 'inconclusive',
    promoting: 'ok',
    promoted: 'ok',
    'rolled-back': 'failed',
    refused: 'failed',
    'broken-off': 'ok',
  },
  failed: everyState('failed'),
  inconclusive: everyState('inconclusive'),
};

function everyState(code: keyof typeof EXIT) {
  return Object.fromEntries(PROMOTION_STATES.map((state) => [state, code])) as Readonly<
    Record<(typeof PROMOTION_STATES)[number], keyof typeof EXIT>
  >;
}

const rows = VERDICTS.flatMap((verdict) =>
  PROMOTION_STATES.flatMap((state) => [false, true].map((overridden) => [verdict, state, overridden] as const)),
);

test.each(rows)('%s, %s, overridden: %p', (verdict, state, overridden) => {
  const report: GateReport = {
    ...BASE,
    verdict,
    override: overridden ? OVERRIDE : null,
    promotion: { ...BASE.promotion, state },
  };
  const code = CODES[overridden ? 'passed' : verdict][state];
  expect(exitCodeOf(report)).toBe(EXIT[code]);
  // The verdict that was measured stays in the report, and beside it who set it aside.
  expect(gateReportSchema.parse(report)).toMatchObject({ verdict, override: overridden ? { who: 'release-manager' } : null });
});
