import type { LoadPlan } from '../../src/gates/load-plan';
import { nextBoundary, previousBoundary } from '../../src/pipeline/clock';
import { planInWords, stageWindows } from '../../src/pipeline/stage-windows';

const PERIOD = 5000;
const START = Date.parse('2026-01-01T00:00:10Z');
const soak: LoadPlan = {
  stage: 'soak',
  warm: 0,
  startRate: 0,
  segments: [
    { rate: 60, durationMs: 10_000 },
    { rate: 60, durationMs: 60_000 },
  ],
  peakRate: 60,
  requestTimeoutMs: 5000,
  judgedFromMs: 10_000,
  judgedToMs: 70_000,
  plateau: null,
};

describe('the windows of a stage', () => {
  test('cover the load, its judged part and the watching after it, on period boundaries', () => {
    expect(stageWindows(soak, START, 10_000, PERIOD)).toEqual({
      window: { start: '2026-01-01T00:00:10.000Z', end: '2026-01-01T00:01:20.000Z' },
      judged: { start: '2026-01-01T00:00:20.000Z', end: '2026-01-01T00:01:20.000Z' },
      after: { start: '2026-01-01T00:01:20.000Z', end: '2026-01-01T00:01:30.000Z' },
      loadEndMs: START + 70_000,
      watchEndMs: START + 80_000,
    });
  });

  test('always watch one period more, where requests that were in flight are counted', () => {
    expect(stageWindows(soak, START, 0, PERIOD)).toMatchObject({ after: null, watchEndMs: START + 75_000 });
  });

  test('never judge a period that the ramp reaches into', () => {
    const { judged } = stageWindows({ ...soak, judgedFromMs: 11_000, judgedToMs: 69_000 }, START, 0, PERIOD);
    expect(judged).toEqual({ start: '2026-01-01T00:00:25.000Z', end: '2026-01-01T00:01:15.000Z' });
  });

  test('boundaries are their own next and previous', () => {
    expect([nextBoundary(10_000, PERIOD), previousBoundary(10_000, PERIOD)]).toEqual([10_000, 10_000]);
    expect([nextBoundary(10_001, PERIOD), previousBoundary(14_999, PERIOD)]).toEqual([15_000, 10_000]);
  });

  test('a plan is told in words', () => {
    expect(planInWords(soak)).toBe('60/s for 60 s after 10 s of ramp-up');
    const spike = { ...soak, startRate: 10, peakRate: 50, plateau: { fromMs: 6000, toMs: 12_000 } };
    expect(planInWords(spike)).toBe('10/s, then 50/s for 6 s, 70 s in all');
  });
});
