import type { Sample } from '../../../src/evidence/k6/sample';
import { seriesOf } from '../../../src/evidence/k6/series';
import { addLine, createTally, type Tally } from '../../../src/evidence/k6/tally';
import { constant } from '../../k6/plan';

const START = 1_790_000_000_000;
const plan = constant(10, 10_000, { judgedFromMs: 2000, judgedToMs: 8000, requestTimeoutMs: 1000 });

type Request = Extract<Sample, { kind: 'request' }>;

/** A request that began at `beginMs` after the start. */
function request(beginMs: number, rest: Partial<Request> = {}): Request {
  const durationMs = rest.durationMs ?? 10;
  const base = { kind: 'request', status: 200, timedOut: false, route: 'GET /a', scenario: 'load', vu: '1' } as const;
  return { ...base, at: START + beginMs + durationMs, durationMs, ...rest };
}

function tallyOf(...samples: readonly Sample[]): Tally {
  const tally = createTally(plan, START);
  for (const sample of samples) addLine(tally, sample);
  return tally;
}

function pointsOf(tally: Tally, metric: string, route?: string): readonly (readonly [number, number])[] {
  const found = seriesOf(tally, START).find((series) => series.metric === metric && series.dimensions['route'] === route);
  return (found?.points ?? []).map(([at, value]) => [(at - START) / 1000, value]);
}

describe('the judged window', () => {
  it('holds requests by when they began, not by when they ended', () => {
    const tally = tallyOf(request(1999.5, { durationMs: 600 }), request(2000), request(7999, { durationMs: 900 }), request(8000));
    expect(tally.judged.get('GET /a')?.requests).toBe(2);
    expect(tally.requests).toBe(4);
  });

  it('counts iterations by when they began', () => {
    const iteration = (endMs: number, durationMs: number): Sample => ({
      kind: 'iteration',
      at: START + endMs,
      durationMs,
      scenario: 'load',
    });
    expect(tallyOf(iteration(2100, 200), iteration(2100, 50), iteration(8500, 600), iteration(8500, 400)).judgedIterations).toBe(2);
  });

  it('does not hold warm requests, which k6 totals do', () => {
    const tally = tallyOf(request(3000, { scenario: 'warm', status: 500 }));
    expect([tally.requests, tally.warmRequests, tally.failed, tally.judged.size, tally.seconds.size]).toEqual([1, 1, 1, 0, 0]);
  });
});

describe('failures', () => {
  it('are 5XX and no answer; a refusal is none, and neither is a redirect', () => {
    const tally = tallyOf(...[200, 302, 404, 429, 500, 503, 0].map((status) => request(3000, { status })));
    expect(tally.judged.get('GET /a')).toMatchObject({ requests: 7, failed: 3 });
    expect([tally.answered, tally.statuses.get(0)]).toEqual([6, 1]);
  });

  it('do not flatter the latency when they are fast, and count when they are time-outs', () => {
    const tally = tallyOf(
      request(3000, { durationMs: 100 }),
      request(3000, { durationMs: 1, status: 429 }),
      request(3000, { durationMs: 1, status: 503 }),
      request(3000, { durationMs: 0, status: 0 }),
    );
    expect([...(tally.judged.get('GET /a')?.latency.values() ?? [])]).toEqual([1]);
  });

  it('that timed out while connecting began a whole time-out before they ended', () => {
    const tally = tallyOf(request(0, { at: START + 4500, durationMs: 0, status: 0, timedOut: true }));
    expect(pointsOf(tally, 'client.failed', 'GET /a')).toContainEqual([3, 1]);
    expect(pointsOf(tally, 'client.p95', 'GET /a')[0]?.[1]).toBeGreaterThanOrEqual(1000);
  });
});

describe('checks', () => {
  const failedCheck = (atMs: number, vu: string | null = '1'): Sample => ({
    kind: 'check',
    at: START + atMs,
    passed: false,
    route: '',
    scenario: 'load',
    vu,
  });

  it('belong to the request before them, in its second and route', () => {
    const tally = tallyOf(request(7990, { durationMs: 500 }), failedCheck(8490));
    expect(tally.judged.get('GET /a')?.checksFailed).toBe(1);
    expect(pointsOf(tally, 'client.checksFailed', 'GET /a')).toContainEqual([7, 1]);
  });

  it('are counted once per request, so that they are a share of the requests', () => {
    expect(tallyOf(request(3000), failedCheck(3010), failedCheck(3010)).checksFailed).toBe(1);
    expect(tallyOf(request(3000), failedCheck(3010), request(3100), failedCheck(3110)).checksFailed).toBe(2);
  });

  it('that held are counted too, once per request: a script without any has checked nothing', () => {
    const held: Sample = { ...failedCheck(3010), passed: true } as Sample;
    const counts = (...samples: readonly Sample[]) => {
      const { checked, checksFailed } = tallyOf(...samples).judged.get('GET /a') ?? {};
      return [checked, checksFailed];
    };
    expect(counts(request(3000), request(3100))).toEqual([0, 0]);
    expect(counts(request(3000), held, held, request(3100), { ...held, at: START + 3110 })).toEqual([2, 0]);
    expect(counts(request(3000), held, failedCheck(3010), failedCheck(3010))).toEqual([1, 1]);
    expect(counts(request(3000), failedCheck(3010), held)).toEqual([1, 1]);
  });

  it('of two VUs do not mix', () => {
    const tally = tallyOf(
      request(3000, { vu: '1' }),
      request(3000, { vu: '2', route: 'GET /b' }),
      failedCheck(3010, '1'),
      failedCheck(3010, '2'),
    );
    expect([tally.judged.get('GET /a')?.checksFailed, tally.judged.get('GET /b')?.checksFailed]).toEqual([1, 1]);
  });

  it('of a script without VU tags are counted where they are', () => {
    expect(tallyOf(failedCheck(3000, null)).checksFailed).toBe(1);
  });
});

describe('series', () => {
  it('hold a zero for each second that k6 ran, and no latency where nothing was answered', () => {
    const tally = tallyOf(request(0), request(2500, { status: 500 }), request(3000));
    expect(pointsOf(tally, 'client.requests', 'GET /a')).toEqual([
      [0, 1],
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    expect(pointsOf(tally, 'client.p95', 'GET /a').map(([second]) => second)).toEqual([0, 3]);
    expect(pointsOf(tally, 'load.dropped')).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
  });

  it('end where k6 ended: what it did not live to see is not zero', () => {
    expect(pointsOf(tallyOf(request(0), request(1000)), 'client.requests', 'GET /a')).toHaveLength(2);
  });

  it('show dropped iterations when they were dropped', () => {
    const tally = tallyOf(request(0), { kind: 'dropped', at: START + 1500, count: 2 }, { kind: 'dropped', at: START + 1600, count: 1 });
    expect(pointsOf(tally, 'load.dropped')).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });

  it('are bounded for a script that names no request', () => {
    const tally = tallyOf(...Array.from({ length: 300 }, (_, index) => request(0, { route: `GET /${index}` })));
    expect(new Set(seriesOf(tally, START).map(({ dimensions }) => dimensions['route'])).size).toBe(102);
    expect(pointsOf(tally, 'client.requests', 'other routes')).toEqual([[0, 200]]);
  });

  it('are empty but there when nothing happened', () => {
    expect(seriesOf(tallyOf(), START).map(({ metric, points }) => [metric, points.length])).toEqual([
      ['client.p95', 0],
      ['load.dropped', 0],
    ]);
  });
});
