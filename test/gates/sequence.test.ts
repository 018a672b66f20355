import { evaluate } from '../../src/gates/evaluate';
import { evaluateStage } from '../../src/gates/evaluate-stage';
import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import { gateSchema } from '../../src/gates/policy/gate';
import type { Policy } from '../../src/gates/policy/policy';
import { MODES, type StageName, VERDICTS, type Verdict, worst } from '../../src/gates/vocabulary';
import { buildEvidence, editSeries, policyOf, recounted } from './builders';
import { stoppedAt } from './early/stopped-stage';

/** The rules of who outvotes whom, over every combination: failed before inconclusive before passed, and nothing passes on nothing. */
const { policy: shipped, digest } = policyOf();
const ABSENT = 'not-run';

/** Three gates of a soak, each of a metric of its own, so that each can be given any verdict. */
const GATES = [
  { id: 'a', judge: 'limit', of: 'lambda.throttles', max: 0 },
  { id: 'b', judge: 'limit', of: 'lambda.durationP95', max: '100ms' },
  { id: 'c', judge: 'limit', of: 'api.latencyP95', max: '100ms' },
] as const;

function policyWith(modes: readonly string[]): Policy {
  const gates = GATES.map((gate, i) => gateSchema.parse({ ...gate, mode: modes[i] }));
  return { ...shipped, stages: { ...shipped.stages, soak: shipped.stages.soak && { ...shipped.stages.soak, gates } } };
}

/** Gives the metric values that its gate passes, or fails; or a part of them, of which no gate says anything. */
function withVerdict(stage: StageEvidence, metric: string, verdict: Verdict): StageEvidence {
  if (verdict === 'inconclusive') return editSeries(stage, metric, (series) => ({ ...series, statusCode: 'PartialData' }));
  return editSeries(stage, metric, (series) => ({ ...series, points: series.points.map(([at]) => [at, verdict === 'failed' ? 500 : 0]) }));
}

const [SOAK] = buildEvidence({ policy: policyWith([]), stages: ['soak'] }).stages as [StageEvidence];

/** Written apart from the code that it judges. */
function expected(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.some((verdict) => verdict === 'failed')) return 'failed';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'passed') ? 'passed' : 'inconclusive';
}

function product<T>(...lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]);
}

test('of any verdicts, and of none', () => {
  for (const count of [0, 1, 2, 3]) {
    for (const verdicts of product<Verdict>(...Array.from({ length: count }, () => VERDICTS)))
      expect(worst(verdicts)).toBe(expected(verdicts));
  }
  expect(worst([])).toBe('inconclusive');
});

describe('gates of a stage', () => {
  const rows = product<string>(VERDICTS, VERDICTS, VERDICTS, MODES, MODES, MODES) as (readonly string[])[];

  test.each(rows)('%s, %s, %s, of which %s, %s, %s', (...row) => {
    const verdicts = row.slice(0, 3) as Verdict[];
    const modes = row.slice(3);
    const stage = GATES.reduce((each, { of }, i) => withVerdict(each, of, verdicts[i] as Verdict), SOAK);
    const report = evaluateStage({ stage, policy: policyWith(modes), earlier: [] });
    expect(report.gates.map(({ verdict }) => verdict)).toEqual(['passed', ...verdicts]);
    // The load is a gate that is always enforced.
    expect(report.verdict).toBe(expected(['passed', ...verdicts.filter((_, i) => modes[i] === 'enforce')]));
  });
});

describe('gates of a stage whose load was stopped early', () => {
  const rows = product<Verdict>(VERDICTS, VERDICTS, VERDICTS) as (readonly Verdict[])[];

  test.each(rows)('%s, %s, %s', (...verdicts) => {
    const stage = GATES.reduce((each, { of }, i) => withVerdict(each, of, verdicts[i] as Verdict), SOAK);
    const report = evaluateStage({ stage: stoppedAt(stage, 40_000), policy: policyWith([]), earlier: [] });
    // A level and a sum that are above their limit stay so, whatever the rest of the load had brought; nothing else is decided.
    expect(report.verdict).toBe(verdicts.includes('failed') ? 'failed' : 'inconclusive');
    expect(report.gates.slice(1).map(({ verdict }) => verdict)).toEqual(
      verdicts.map((verdict) => (verdict === 'failed' ? 'failed' : 'inconclusive')),
    );
  });
});

/** One stage of a run with the verdict that is asked for; a stage that did not run leaves nothing. */
function stageWith(stage: StageEvidence, verdict: string): StageEvidence[] {
  if (verdict === ABSENT) return [];
  if (verdict === 'passed') return [stage];
  if (verdict === 'inconclusive') return [{ ...stage, load: stage.load && { ...stage.load, dropped: 1 } }];
  // Every answer was wrong: every stage here has a gate on that.
  const series = (each: StageEvidence['series'][number]) => {
    const requests = stage.series.find(
      ({ metric, dimensions }) => metric === 'client.requests' && dimensions['route'] === each.dimensions['route'],
    );
    return each.metric === 'client.checksFailed' ? { ...each, points: requests?.points ?? [] } : each;
  };
  return [recounted({ ...stage, series: stage.series.map(series) })];
}

const RUN = buildEvidence({ policy: shipped, stages: ['smoke', 'soak', 'spike'] });
const judge = (evidence: Evidence) => evaluate({ evidence, policy: shipped, policyDigest: digest, toolVersion: '0.1.0' });
const stageNamed = (name: StageName) => RUN.stages.find((stage) => stage.name === name) as StageEvidence;

describe('stages of a run, and why it could not go on', () => {
  const states = [...VERDICTS, ABSENT];
  const rows = product<string>(states, states, states, ['no fault', 'a fault']) as (readonly string[])[];

  test.each(rows)('%s, %s, %s, %s', (...row) => {
    const verdicts = row.slice(0, 3);
    const stages = RUN.stages.flatMap((stage, i) => stageWith(stage, verdicts[i] ?? ABSENT));
    const fault = row[3] === 'a fault' ? { fault: { reason: 'target-failed', detail: 'The cache ended.' } } : {};
    const report = judge({ ...RUN, ...fault, stages });
    const asVerdicts = verdicts.map((verdict) => (verdict === ABSENT ? 'inconclusive' : verdict) as Verdict);
    expect(report.stages.map(({ verdict }) => verdict)).toEqual(asVerdicts);
    // What broke later never overwrites a failure that was measured.
    expect(report.verdict).toBe(expected(row[3] === 'a fault' ? [...asVerdicts, 'inconclusive'] : asVerdicts));
  });
});

describe('attempts at one stage', () => {
  const rows = product<Verdict>(VERDICTS, VERDICTS, VERDICTS) as (readonly Verdict[])[];

  test.each(rows)('%s, then %s, then %s', (...row) => {
    const soak = stageNamed('soak');
    const attempts = row.flatMap((verdict, i) => stageWith({ ...soak, attempt: i + 1 }, verdict));
    const report = judge({ ...RUN, plannedStages: ['smoke', 'soak'], stages: [stageNamed('smoke'), ...attempts] });
    // A failure is never retried away; of the others the last one counts.
    expect(report.stages[1]?.verdict).toBe(row.includes('failed') ? 'failed' : row[2]);
    expect(report.verdict).toBe(report.stages[1]?.verdict);
    const reversed = judge({ ...RUN, plannedStages: ['smoke', 'soak'], stages: [...attempts.toReversed(), stageNamed('smoke')] });
    expect({ ...reversed, evidence: null }).toEqual({ ...report, evidence: null });
  });
});
