import type { ReasonCode } from '../../src/gates/reasons';
import { type Conclusion, decide, RUN_RULES, type Rule, type RunFacts, STAGE_RULES, type StageFacts } from '../../src/gates/sequence';
import { VERDICTS } from '../../src/gates/vocabulary';

const LOADS: readonly Conclusion[] = [
  { verdict: 'passed', reason: 'load-applied' },
  { verdict: 'inconclusive', reason: 'load-not-applied' },
];
const OPEN: readonly (readonly ReasonCode[])[] = [[], ['metric-missing'], ['metric-missing', 'bad-data']];
const STAGE_FACTS: readonly StageFacts[] = [0, 3].flatMap((gates) =>
  LOADS.flatMap((load) =>
    VERDICTS.flatMap((worst) =>
      [true, false].flatMap((stopped) => OPEN.map((open): StageFacts => ({ gates, load, worst, stopped, open }))),
    ),
  ),
);
const RUN_FACTS: readonly RunFacts[] = ([null, 'target-failed'] as const).flatMap((fault) =>
  VERDICTS.flatMap((worst) =>
    [0, 3].flatMap((enforced) =>
      ([null, 'gates-failed', 'bad-data'] as const).map((decisive): RunFacts => ({ fault, worst, enforced, decisive })),
    ),
  ),
);

/** How often each rule is the one that decides. */
function decided<F, O>(rules: readonly Rule<F, O>[], facts: readonly F[]): readonly number[] {
  return rules.map((rule) => facts.filter((each) => rules.find(({ when }) => when(each)) === rule).length);
}

test('every combination is decided, and no rule is in the shadow of those above it', () => {
  for (const facts of STAGE_FACTS) expect(decide(STAGE_RULES, facts).reason).toBeDefined();
  for (const facts of RUN_FACTS) expect(decide(RUN_RULES, facts).reason).toBeDefined();
  expect(decided(STAGE_RULES, STAGE_FACTS)).not.toContain(0);
  expect(decided(RUN_RULES, RUN_FACTS)).not.toContain(0);
});

test('without its last rule a table is not closed', () => {
  const uncertain: StageFacts = { gates: 3, load: LOADS[0] as Conclusion, worst: 'inconclusive', stopped: false, open: [] };
  expect(() => decide(STAGE_RULES.slice(0, -1), uncertain)).toThrow('does not say');
});

test('nothing passes but what passed: with a gate, with its whole load, with nothing that broke', () => {
  const stages = STAGE_FACTS.filter((facts) => decide(STAGE_RULES, facts).verdict === 'passed');
  expect(stages.length).toBeGreaterThan(0);
  expect(stages.filter(({ gates, worst, stopped }) => gates === 0 || worst !== 'passed' || stopped)).toEqual([]);
  const runs = RUN_FACTS.filter((facts) => decide(RUN_RULES, facts).verdict === 'passed');
  expect(runs.length).toBeGreaterThan(0);
  expect(runs.filter(({ fault, worst, enforced, decisive }) => fault || worst !== 'passed' || enforced === 0 || !decisive)).toEqual([]);
});

test('a failure stays one, whatever else there is', () => {
  for (const facts of STAGE_FACTS.filter(({ gates, worst }) => gates > 0 && worst === 'failed'))
    expect(decide(STAGE_RULES, facts).verdict).toBe('failed');
  for (const facts of RUN_FACTS.filter(({ worst, decisive }) => worst === 'failed' && decisive !== null))
    expect(decide(RUN_RULES, facts).verdict).toBe('failed');
});
