import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Calibration, calibrate, type Task } from '../../src/calibration/calibration';
import { powerChart } from '../../src/calibration/chart';
import { comparedCell } from '../../src/calibration/compared-cell';
import { leakCell } from '../../src/calibration/leak-cell';
import { judgeCourse, leaking, verdictOf } from '../../src/calibration/leak-trial';
import { AR1, MODELS, ROUGH_MODELS } from '../../src/calibration/models';
import { policyCell } from '../../src/calibration/policy-cell';
import { randomFrom } from '../../src/calibration/random';
import { roughCell } from '../../src/calibration/rough-cell';
import { finish } from '../../src/calibration/steps';
import type { Tally } from '../../src/calibration/tally';
import { calibrationText } from '../../src/calibration/words';
import { canonicalJson } from '../../src/gates/canonical';
import type { LeakGate } from '../../src/gates/policy/gate';
import { gatesOf, resolveStage, stagesOf } from '../../src/gates/policy/resolve';
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

/** A row without what more trials change: its rates, and the counts beyond the first trials. */
const firstOf = (tally: Tally) => tally.first;

describe('what is published', () => {
  const promised = [...published.cells.filter(({ points }) => points <= 60), ...published.compared];

  test('keeps what the gate promises, alone and beside an earlier soak', () => {
    expect(promised).toHaveLength(2 * MODELS.length * 4);
    expect(published.trials).toBe(10_000);
    for (const cell of promised) {
      expect(cell.falseAlarmRate.n).toBe(10_000);
      expect(cell.falseAlarmRate.high95).toBeLessThanOrEqual(0.005);
      expect(cell.inconclusiveRate.high95).toBeLessThanOrEqual(0.01);
    }
    expect(published.policy.notPassedRate.n).toBe(10_000);
    expect(published.policy.notPassedRate.value).toBeLessThanOrEqual(0.02);
  });

  test('is told by its worst row, not by a mean that rows without failures dilute', () => {
    const rows = [...published.cells, ...published.compared, published.policy];
    expect(published.falseAlarmRate.value).toBe(Math.max(...rows.map(({ falseAlarmRate }) => falseAlarmRate.value)));
    expect(published.inconclusiveRate.value).toBe(Math.max(...rows.map(({ inconclusiveRate }) => inconclusiveRate.value)));
    expect(published.detectionRate.value).toBe(Math.min(...published.cells.map(({ trendDetectionRate }) => trendDetectionRate.value)));
    expect(published.falseAlarmRate.of).not.toBe('');
  });

  test('counts reasons, and does not let the level find for the trend', () => {
    for (const { leaking, leakingByTrend, detectionRate, trendDetectionRate, smallestLeak, smallestLeakByTrend } of published.cells) {
      expect(leakingByTrend.all['leak-level']).toBeUndefined();
      expect((leaking.all['leak-level'] ?? 0) + (leaking.all['leak-trend'] ?? 0)).toBe(Math.round(detectionRate.value * detectionRate.n));
      expect(leakingByTrend.all['leak-trend'] ?? 0).toBe(Math.round(trendDetectionRate.value * trendDetectionRate.n));
      expect(smallestLeak).toBeLessThanOrEqual(smallestLeakByTrend);
    }
    // Where whole connections are few the level finds what the trend does not.
    const [few] = published.cells.filter(({ model, points }) => model === 'integer-4' && points === 30);
    expect(few?.trendDetectionRate.value).toBeLessThan((few?.detectionRate.value ?? 0) - 0.02);
  });

  test.each([
    [15, 2, 0.14],
    [15, 5, 0.94],
    [30, 2, 0.83],
    [30, 5, 1],
    [60, 1, 0.92],
    [60, 2, 1],
    [60, 5, 1],
  ])('at %d minutes a leak of %d connections per minute is found at least as often as by the rule of reference', (points, leak, least) => {
    const power = published.power.find((each) => each.points === points && each.leak === leak);
    expect(power?.value).toBeGreaterThanOrEqual(least);
  });

  test.each(MODELS.flatMap((model) => [12, 30].map((points) => ({ name: model.name, model, points }))))(
    'is what the judges of today do: $name, $points minutes',
    ({ model, points }) => {
      const isThis = (each: { readonly model: string; readonly points: number }) => each.model === model.name && each.points === points;
      const [cell] = published.cells.filter(isThis);
      const [compared] = published.compared.filter(isThis);
      const now = finish(leakCell(question, model, points));
      const beside = finish(comparedCell(question, model, points));
      const counts = [now.healthy, now.leaking, now.leakingByTrend].map(firstOf);
      expect(counts).toEqual(cell && [cell.healthy, cell.leaking, cell.leakingByTrend].map(firstOf));
      expect([beside.healthy, beside.hidden].map(firstOf)).toEqual(compared && [compared.healthy, compared.hidden].map(firstOf));
      // Of 20 soaks: a size between half and twice.
      expect(now.smallestLeakByTrend / (cell?.smallestLeakByTrend ?? 0)).toBeGreaterThan(0.5);
      expect(now.smallestLeakByTrend / (cell?.smallestLeakByTrend ?? 0)).toBeLessThan(2);
    },
  );

  test('is what the judges of today do where noise is rougher, and for the gate of today', () => {
    for (const model of ROUGH_MODELS) {
      const now = finish(roughCell(question, model, 15));
      const [then] = published.rough.filter((each) => each.model === model.name && each.points === 15);
      expect([now.healthy, now.leakingByTrend].map(firstOf)).toEqual(then && [then.healthy, then.leakingByTrend].map(firstOf));
    }
    const { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints } = gate;
    expect(published.gate).toEqual({ id, growthFloor, growthFloorAbsolute, confidence, minDatapoints });
  });

  test('is what the pages show', () => {
    for (const page of ['README.md', 'docs/calibration.md']) expect(file(page)).toContain(calibrationText(published).trimEnd());
    expect(file('docs/calibration.svg')).toBe(powerChart(published));
  });
});

describe('the whole policy', () => {
  test('lets healthy runs pass, finds a leak, and blocks what it cannot judge', () => {
    const cell = finish(policyCell(profile, run, { trials: 100, seed: published.seed }));
    // Its runs are the first of those that were published.
    expect(cell.notPassedRate.value * 100).toBeLessThanOrEqual(Math.round(published.policy.notPassedRate.value * 10_000));
    expect(cell.notPassedRate.value).toBeLessThan(0.05);
    const notPassed = Object.fromEntries(cell.conditions.map(({ name, notPassedRate }) => [name, notPassedRate.value]));
    expect(notPassed).toMatchObject({
      'without a baseline': 0,
      'no request ever fails': 0,
      'arrival lag as in recorded runs': 0,
      'an iteration is dropped in each stage': 1,
    });
    expect(notPassed['a metric is never published']).toBeGreaterThan(0);
    expect(cell.leaks[0]?.detectionRate).toMatchObject({ value: 1, n: 5 });
  });

  test('names the gate that no release can meet', () => {
    const smoke = policy.stages.smoke;
    const impossible = smoke?.gates.map((each) => (each.judge === 'limit' ? { ...each, minRequests: 1_000_000 } : each)) ?? [];
    const strict = { ...policy, stages: { ...policy.stages, ...(smoke && { smoke: { ...smoke, gates: impossible } }) } };
    const blocked = finish(policyCell(profile, { ...run, policy: strict }, { trials: 3, seed: 3 }));
    expect(blocked.inconclusiveRate).toMatchObject({ value: 1, n: 3 });
    expect(Object.keys(blocked.gates)).toContain('smoke-client-failed');
  });
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
    const calibrated = published.cells.find((cell) => cell.model === 'ar1' && cell.points === points)?.smallestLeakByTrend ?? 0;
    expect(printed / calibrated).toBeGreaterThan(0.75);
    expect(printed / calibrated).toBeLessThan(1.5);
  },
);
