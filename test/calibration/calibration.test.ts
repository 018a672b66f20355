import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Calibration, calibrate, type Task } from '../../src/calibration/calibration';
import { powerChart } from '../../src/calibration/chart';
import { leakCell } from '../../src/calibration/leak-cell';
import { judgeCourse, leaking, verdictOf } from '../../src/calibration/leak-trial';
import { AR1, MODELS } from '../../src/calibration/models';
import { policyCell } from '../../src/calibration/policy-cell';
import { randomFrom } from '../../src/calibration/random';
import type { Rate } from '../../src/calibration/rate';
import { finish } from '../../src/calibration/steps';
import { calibrationText } from '../../src/calibration/words';
import { canonicalJson } from '../../src/gates/canonical';
import type { LeakGate } from '../../src/gates/policy/gate';
import { gatesOf, resolveStage, stagesOf } from '../../src/gates/policy/resolve';
import { lowerBound, upperBound } from '../../src/gates/stats/clopper-pearson';
import { median } from '../../src/gates/stats/quantile';
import { policyOf } from '../gates/builders';

const file = (path: string) => readFileSync(join(__dirname, '../..', path), 'utf8');
const published: Calibration = JSON.parse(file('docs/calibration.json'));
const { policy } = policyOf();
const gate = gatesOf(policy, 'soak').find((each) => each.judge === 'leak') as LeakGate;
const question = { gate, policy, trials: 200, seed: published.seed };

const { profile } = policy.promotion;
const stages = stagesOf(policy, profile).flatMap((name) => {
  const resolved = resolveStage(policy, name, profile);
  return resolved.ok ? [resolved.value] : [];
});
const run = { policy, stages, periodMs: 60_000 };

/** A few trials cannot contradict many: their exact interval holds what was published. */
function agrees(few: Rate, many: Rate): boolean {
  const count = Math.round(few.value * few.n);
  return lowerBound(count, few.n, 0.9999) <= many.value && upperBound(count, few.n, 0.9999) >= many.value;
}

describe('what is published', () => {
  test('keeps what the gate promises', () => {
    const rows = published.cells.filter(({ points }) => points <= 60);
    expect(rows).toHaveLength(MODELS.length * 4);
    expect(published.trials).toBe(10_000);
    for (const cell of rows) {
      expect(cell.falseAlarmRate.n).toBe(10_000);
      expect(cell.falseAlarmRate.high95).toBeLessThanOrEqual(0.005);
      expect(cell.inconclusiveRate.high95).toBeLessThanOrEqual(0.01);
    }
    expect(published.policy.notPassedRate.value).toBeLessThanOrEqual(0.02);
  });

  test.each([
    [15, 2, 0.14],
    [15, 5, 0.94],
    [30, 2, 0.83],
    [30, 5, 1],
    [60, 2, 1],
    [60, 5, 1],
  ])('at %d minutes a leak of %d connections per minute is found at least as often as by the rule of reference', (points, leak, least) => {
    const power = published.power.find((each) => each.points === points && each.leak === leak);
    expect(power?.value).toBeGreaterThanOrEqual(least);
  });

  test('is what the judges of today do', () => {
    for (const model of MODELS) {
      for (const points of [12, 30]) {
        const cell = finish(leakCell(question, model, points));
        const then = published.cells.find((each) => each.model === model.name && each.points === points);
        for (const rate of ['falseAlarmRate', 'inconclusiveRate', 'detectionRate'] as const) {
          const rates = { few: cell[rate], many: then?.[rate] ?? cell[rate] };
          expect({ model: model.name, points, rate, ...rates, agrees: agrees(rates.few, rates.many) }).toMatchObject({ agrees: true });
        }
        // Of 40 soaks: a size between half and twice.
        expect(cell.smallestLeak / (then?.smallestLeak ?? 0)).toBeGreaterThan(0.5);
        expect(cell.smallestLeak / (then?.smallestLeak ?? 0)).toBeLessThan(2);
      }
    }
    const { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints } = gate;
    expect(published.gate).toEqual({ id, growthFloor, growthFloorAbsolute, confidence, minDatapoints });
  });

  test('is what the pages show', () => {
    for (const page of ['README.md', 'docs/calibration.md']) expect(file(page)).toContain(calibrationText(published).trimEnd());
    expect(file('docs/calibration.svg')).toBe(powerChart(published));
  });
});

test('the whole policy lets healthy runs pass, and says which gate does not', () => {
  const cell = finish(policyCell(profile, run, { trials: 20, seed: 3 }));
  expect(agrees(cell.notPassedRate, published.policy.notPassedRate)).toBe(true);
  expect(cell.detectionRate).toMatchObject({ value: 1, n: 2 });
  // A gate that no release can meet: every run is blocked, and the row names it.
  const smoke = policy.stages.smoke;
  const impossible = smoke?.gates.map((each) => (each.judge === 'limit' ? { ...each, minRequests: 1_000_000 } : each)) ?? [];
  const strict = { ...policy, stages: { ...policy.stages, ...(smoke && { smoke: { ...smoke, gates: impossible } }) } };
  const blocked = finish(policyCell(profile, { ...run, policy: strict }, { trials: 3, seed: 3 }));
  expect(blocked.inconclusiveRate).toMatchObject({ value: 1, n: 3 });
  expect(Object.keys(blocked.gates)).toContain('smoke-client-failed');
});

test('the same seed gives the same bytes, another seed others', () => {
  const task = (seed: number): Task => ({ gate, policy, trials: 5, seed, profile, run });
  const bytes = (seed: number) => canonicalJson(finish(calibrate(task(seed))));
  expect(bytes(7)).toBe(bytes(7));
  expect(bytes(8)).not.toBe(bytes(7));
});

/** What each run prints against what calibration finds. */
test.each([15, 30])(
  'at %d minutes the smallest leak that a run prints is one that most runs find, and a quarter of it is not',
  (points) => {
    const room = { ...gate, maxPerEnvironment: 300 };
    const asked = { gate: room, policy, periodSeconds: 60 };
    const random = randomFrom(11, `printed ${points}`);
    const courses = Array.from({ length: 150 }, () => AR1.course(random, points));
    const printed = median(courses.map((course) => judgeCourse(asked, course).details['smallestLeakPerMinute'] ?? 0));
    const found = (leak: number) => courses.filter((course) => verdictOf(asked, leaking(course, leak, 60, false)) === 'failed').length;
    expect(found(printed)).toBeGreaterThan(0.6 * courses.length);
    expect(found(printed / 4)).toBeLessThan(0.1 * courses.length);
    const calibrated = published.cells.find((cell) => cell.model === 'ar1' && cell.points === points)?.smallestLeak ?? 0;
    expect(printed / calibrated).toBeGreaterThan(0.75);
    expect(printed / calibrated).toBeLessThan(1.5);
  },
);
