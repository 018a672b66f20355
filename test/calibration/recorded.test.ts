import { bySeries } from '../../src/calibration/by-series';
import { normal, randomFrom } from '../../src/calibration/random';
import { judgeRecorded } from '../../src/calibration/recorded';
import { parseCsv, parseWindows, type RecordedSeries } from '../../src/calibration/recorded-series';
import { stepOf, windowsOf } from '../../src/calibration/recorded-windows';
import { referenceRises } from '../../src/calibration/reference-rule';
import { finish } from '../../src/calibration/steps';
import type { LeakGate } from '../../src/gates/policy/gate';
import { gatesOf } from '../../src/gates/policy/resolve';
import { policyOf } from '../gates/builders';

const STEP = 300_000;
const { policy } = policyOf();
const gate = gatesOf(policy, 'soak').find((each) => each.judge === 'leak') as LeakGate;
const question = { gate, policy, trials: 300, seed: 1 };

function series(name: string, values: readonly number[], anomalies: RecordedSeries['anomalies'] = []): RecordedSeries {
  return { name, points: values.map((value, i) => [i * STEP, value]), anomalies };
}

const random = randomFrom(1, 'recorded');
const quiet = series(
  'quiet',
  Array.from({ length: 600 }, () => 50 + normal(random)),
);

describe('files', () => {
  test('times in any order, doubles, fractions of a second, an empty last line', () => {
    const parsed = parseCsv(
      'timestamp,value\r\n2014-02-14 14:32:00,2\n2014-02-14 14:27:00.000000,1.5\n2014-02-14 14:32:00,9\n2014-02-14T14:37:00Z,3e2\n',
    );
    const at = Date.parse('2014-02-14T14:27:00Z');
    const points = [
      [at, 1.5],
      [at + STEP, 2],
      [at + 2 * STEP, 300],
    ];
    expect(parsed).toEqual({ ok: true, value: { points, duplicates: 1 } });
  });

  test.each([
    ['time,value\n', /line 1: expected the header/],
    ['timestamp,value\n2014-02-14 14:27:00,1\n2014-02-14 14:32:00,\n', /line 3/],
    ['timestamp,value\nyesterday,1\n', /line 2/],
    ['timestamp,value\n2014-02-14 14:27:00,NaN\n', /line 2/],
    ['timestamp,value\n2014-02-14 14:27:00,1,2\n', /line 2/],
  ])('%j is refused with its line', (text, problem) => {
    const parsed = parseCsv(text);
    expect(parsed.ok ? '' : parsed.problem).toMatch(problem);
  });

  test.each(['[', '[]', '{"a.csv": [["2014-02-14 14:27:00"]]}', '{"a.csv": [["2014-02-15 00:00:00", "2014-02-14 00:00:00"]]}'])(
    'labels of %s are refused',
    (text) => {
      expect(parseWindows(text).ok).toBe(false);
    },
  );

  test('labels are pairs of times', () => {
    const text = '{ "a.csv": [["2014-02-14 14:27:00.000000", "2014-02-15 00:00:00"]], "b.csv": [] }';
    expect(parseWindows(text)).toEqual({
      ok: true,
      value: { 'a.csv': [[Date.parse('2014-02-14T14:27:00Z'), Date.parse('2014-02-15T00:00:00Z')]], 'b.csv': [] },
    });
  });
});

describe('windows', () => {
  test('none spans a gap, none touches a label', () => {
    const holey: RecordedSeries = {
      name: 'holey',
      points: quiet.points.filter(([at]) => at !== 100 * STEP),
      anomalies: [[300 * STEP, 320 * STEP]],
    };
    const starts = (each: RecordedSeries) => windowsOf(each, 12, 10_000, randomFrom(1, 'all')).length;
    expect(stepOf(holey)).toBe(STEP);
    expect(starts(quiet)).toBe(589);
    // 12 starts span the missing point and one more is gone with it; 32 touch the labelled 21 points.
    expect(starts(holey)).toBe(589 - 12 - 32);
  });

  test('where no window is usable there is no result', () => {
    expect(finish(judgeRecorded(question, [series('short', [1, 2, 3])]))).toBeNull();
    expect(finish(judgeRecorded(question, [{ ...quiet, anomalies: [[0, 600 * STEP]] }]))).toBeNull();
  });
});

describe('rates', () => {
  test('a quiet series never fails and its leaks are found; what grows by itself fails', () => {
    const growing = series(
      'growing',
      Array.from({ length: 600 }, (_, i) => 50 * 1.05 ** (i % 200)),
    );
    const result = finish(judgeRecorded(question, [quiet, growing]));
    const of = (name: string) => result?.series.find((each) => each.series === name);
    expect(of('quiet')?.falseAlarmRate.value).toBe(0);
    expect(of('quiet')?.detectionRate?.value).toBe(1);
    expect(of('growing')?.falseAlarmRate.value).toBeGreaterThan(0.7);
    expect(result?.cells.map(({ points }) => points)).toEqual([12, 24, 36]);
    const floors = result?.curve
      .filter(({ confidence }) => confidence === gate.confidence)
      .map(({ falseAlarmRate }) => falseAlarmRate.value);
    expect(floors).toEqual(floors?.toSorted((a, b) => b - a));
  });

  test('the rule of reference judges the same windows', () => {
    const result = finish(judgeRecorded(question, [quiet]));
    expect(result?.reference.cells.map(({ points }) => points)).toEqual([12, 24, 36]);
    expect(result?.reference.falseAlarmRate).toMatchObject({ value: 0, n: result?.falseAlarmRate.n });
    expect(result?.reference.detectionRate?.value).toBe(1);
  });

  test('bounds are over series: many windows of one tell no more than one', () => {
    const windows = (name: string, many: number, matching: number) =>
      Array.from({ length: many }, (_, i) => ({ series: name, matches: i < matching }));
    expect(bySeries(windows('one', 1000, 10))).toEqual({ value: 0.01, n: 1000, low95: 0, high95: 1 });
    const three = bySeries([...windows('a', 1000, 0), ...windows('b', 1000, 0), ...windows('c', 1000, 90)]);
    expect(three).toMatchObject({ value: 0.03, low95: 0 });
    // Of three draws the bad one comes twice in a fifth, thrice in a 27th of the samples.
    expect(three.high95).toBeCloseTo(0.06, 9);
  });

  test('nothing can be added to a series of zeros: no detection rate, rather than one of zero', () => {
    expect(
      finish(
        judgeRecorded(question, [
          series(
            'zero',
            Array.from({ length: 100 }, () => 0),
          ),
        ]),
      ),
    ).toMatchObject({ falseAlarmRate: { value: 0 }, detectionRate: null });
  });
});

describe('the rule of reference', () => {
  const line = (rise: number, start = 50) => Array.from({ length: 12 }, (_, i) => start + (rise * i) / 11);

  test('asks for a fifth of growth, for a sure one, and for an interval above zero', () => {
    expect(referenceRises(line(11))).toBe(true);
    expect(referenceRises(line(9))).toBe(false);
    expect(referenceRises(line(-30))).toBe(false);
    expect(referenceRises([50, 80, 40, 90, 50, 85, 45, 95, 60, 90, 55, 100])).toBe(false);
  });
});
