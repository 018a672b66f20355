import fc from 'fast-check';
import { contradictionsIn, mergeParts } from '../../../src/evidence/k6/merge';
import { type LoadPart, loadPartSchema, partOf } from '../../../src/evidence/k6/part';
import type { Sample } from '../../../src/evidence/k6/sample';
import { addLine, createTally } from '../../../src/evidence/k6/tally';
import { constant } from '../../k6/plan';

const START = 1_790_000_000_000;
const plan = constant(10, 10_000, { judgedFromMs: 2000, judgedToMs: 8000, requestTimeoutMs: 1000 });

function partFrom(samples: readonly Sample[], index = 1, of = 1, rest: Partial<LoadPart> = {}): LoadPart {
  const tally = createTally(plan, START, of);
  for (const sample of samples) addLine(tally, sample);
  const { iterations, requests, dropped } = tally;
  const run = { outcome: 'completed', exitCode: 0, detail: null, k6Version: '2.2.0', cpuPressure: 10 } as const;
  const part = partOf({ segment: { index, of }, tally, ...run, summary: { iterations, requests, dropped, thresholdsFailed: [] } });
  // As it travels: through a file.
  return loadPartSchema.parse(JSON.parse(JSON.stringify({ ...part, ...rest })));
}

const at = fc.integer({ min: START, max: START + 12_000 });
const scenario = fc.constantFrom('load', 'load', 'warm');
const route = fc.constantFrom('GET /a', 'GET /b', 'PUT /c');
const request = fc.record({
  kind: fc.constant('request' as const),
  at,
  durationMs: fc.double({ min: 0, max: 3000, noNaN: true }),
  status: fc.constantFrom(200, 200, 201, 404, 429, 500, 0),
  timedOut: fc.boolean(),
  route,
  scenario,
  vu: fc.constant(null),
});
const sample: fc.Arbitrary<Sample> = fc.oneof(
  { weight: 6, arbitrary: request },
  fc.record({ kind: fc.constant('check' as const), at, passed: fc.boolean(), route, scenario, vu: fc.constant(null) }),
  fc.record({ kind: fc.constant('iteration' as const), at, durationMs: fc.integer({ min: 0, max: 3000 }), scenario }),
  fc.record({ kind: fc.constant('lag' as const), at, ms: fc.integer({ min: 0, max: 400 }), scenario }),
);
/** An arrival that is on time: every generator has one, so that none has a shift of its own. */
const onTime: Sample = { kind: 'lag', at: START, ms: 0, scenario: 'load' };

describe('merging', () => {
  it('gives what one generator would have counted, however the samples are shared out', () => {
    const shared = fc.array(fc.tuple(sample, fc.integer({ min: 0, max: 3 })), { maxLength: 200 });
    fc.assert(
      fc.property(shared, (samples) => {
        const all = [onTime, onTime, onTime, onTime, ...samples.map(([each]) => each)];
        const parts = [0, 1, 2, 3].map((owner) =>
          partFrom([onTime, ...samples.filter(([, of]) => of === owner).map(([each]) => each)], owner + 1, 4),
        );
        const whole = mergeParts([partFrom(all)]);
        const merged = mergeParts(parts.toReversed());
        expect(merged).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('adds what was checked and what woke environments', () => {
    const check: Sample = { kind: 'check', at: START + 3000, passed: true, route: 'GET /a', scenario: 'load', vu: null };
    const warm: Sample = { ...base, at: START, durationMs: 5, scenario: 'warm' };
    const { load } = mergeParts([1, 2].map((index) => partFrom([warm, { ...base, at: START + 3000, durationMs: 5 }, check], index, 2)));
    expect([load.requests, load.warmRequests, load.judged[0]?.requests, load.judged[0]?.checked]).toEqual([4, 2, 2, 2]);
  });

  it('does not average percentiles', () => {
    const answer = (durationMs: number): Sample => ({ ...base, at: START + 3000 + durationMs, durationMs });
    const fast = partFrom(
      Array.from({ length: 90 }, () => answer(10)),
      1,
      2,
    );
    const slow = partFrom(
      Array.from({ length: 10 }, () => answer(1000)),
      2,
      2,
    );
    const p95 = mergeParts([fast, slow]).series.find(({ metric, dimensions }) => metric === 'client.p95' && !('route' in dimensions));
    expect(p95?.points).toEqual([[START + 3000, 1024]]);
  });

  it('forgives each generator its own start, and shows the one that falls behind', () => {
    const lags = (...ms: readonly number[]): Sample[] => ms.map((each) => ({ kind: 'lag', at: START, ms: each, scenario: 'load' }));
    const even = (ms: number) => lags(...Array.from({ length: 50 }, () => ms));
    expect(mergeParts([partFrom(even(2), 1, 2), partFrom(even(90), 2, 2)]).load.arrivalLagP95Ms).toBe(0);
    expect(
      mergeParts([partFrom(even(2), 1, 2), partFrom(lags(2, ...Array.from({ length: 49 }, () => 80)), 2, 2)]).load.arrivalLagP95Ms,
    ).toBe(78);
  });

  it('takes the worst pressure, unites thresholds and keeps totals only when all have theirs', () => {
    const summary = { iterations: 1, requests: 2, dropped: 3 };
    const one = partFrom([], 1, 2, { cpuPressure: 20, summary: { ...summary, thresholdsFailed: ['a', 'b'] }, exitCode: 99 });
    const two = partFrom([], 2, 2, { cpuPressure: null, summary: { ...summary, thresholdsFailed: ['b'] } });
    expect(mergeParts([two, one])).toMatchObject({
      outcome: 'completed',
      exitCode: 99,
      load: { cpuPressure: 20, thresholdsFailed: ['a', 'b'], summary: { iterations: 2, requests: 4, dropped: 6 } },
    });
    expect(mergeParts([one, { ...two, summary: null }]).load.summary).toBeNull();
  });
});

const base = { kind: 'request', status: 200, timedOut: false, route: 'GET /a', scenario: 'load', vu: null } as const;

describe('a load is not applied', () => {
  it.each<[string, readonly LoadPart[], string]>([
    ['when a generator gave no part', [partFrom([], 1, 3), partFrom([], 3, 3)], 'generator 2 of 3 gave no result'],
    [
      'when a generator failed',
      [
        partFrom([], 1, 2, { outcome: 'stopped', detail: 's' }),
        partFrom([], 2, 2, { outcome: 'failed', detail: 'k6 crashed', k6Version: 'unknown' }),
      ],
      'generator 2 of 2: k6 crashed',
    ],
    [
      'when the clocks of its generators differ',
      [partFrom([], 1, 2, { clockAheadMs: -1500 }), partFrom([], 2, 2, { clockAheadMs: 31_000 })],
      'the clock of generator 2 of 2 is 32.5 s ahead of that of generator 1 of 2',
    ],
  ])('%s', (_, parts, detail) => {
    const { outcome, load } = mergeParts(parts);
    expect([outcome, load.outcome, load.detail]).toEqual(['failed', 'failed', detail]);
  });

  it('but is stopped when one was stopped, and clocks may differ by what a date does not tell', () => {
    const stopped = { outcome: 'stopped', exitCode: null, detail: 'The load was stopped before it was complete' } as const;
    expect(mergeParts([partFrom([], 1, 2, stopped), partFrom([], 2, 2)])).toMatchObject(stopped);
    const cut = { stopMs: START + 5000, judgedEndMs: START + 5000 };
    expect(mergeParts([partFrom([], 1, 2, stopped), partFrom([], 2, 2)], cut).load.plannedIterations).toBe(50);
    // It had ended by itself when it was told to stop.
    expect(mergeParts([partFrom([], 1, 2), partFrom([], 2, 2)], cut).load.plannedIterations).toBe(100);
    expect(mergeParts([partFrom([], 1, 2, { clockAheadMs: 900 }), partFrom([], 2, 2, { clockAheadMs: -900 })]).outcome).toBe('completed');
  });
});

describe('parts that are not of one load', () => {
  const first = { name: 'a.json', part: partFrom([], 1, 2) };
  const contradiction = (rest: Partial<LoadPart>) => contradictionsIn([first, { name: 'b.json', part: partFrom([], 2, 2, rest) }]);

  it.each<[string, Partial<LoadPart>, string]>([
    ['another plan', { plan: constant(11, 10_000) }, 'b.json has another plan than a.json'],
    ['another start', { startAt: START + 5000 }, 'b.json began at 2026-09-21T14:13:25.000Z, a.json at 2026-09-21T14:13:20.000Z'],
    ['another k6', { k6Version: '2.1.0' }, 'b.json is by k6 2.1.0, a.json by k6 2.2.0'],
    ['another number', { segment: { index: 2, of: 3 } }, 'b.json is one of 3, a.json is one of 2'],
    ['a part twice', { segment: { index: 1, of: 2 } }, 'b.json is generator 1 of 2, and so is a.json'],
  ])('%s is named', (_, rest, problem) => expect(contradiction(rest)).toEqual([problem]));

  it('are not merged', () => {
    expect(contradiction({})).toEqual([]);
    expect(() => mergeParts([first.part, first.part])).toThrow('generator 1 of 2 is generator 1 of 2');
    expect(() => mergeParts([])).toThrow('no part');
  });
});
