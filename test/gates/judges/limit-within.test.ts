import { constantly, verdictOf, withValues } from './limit-series';

const PERIODS = 12;
const SECONDS = 60;
const fiveXx = (others: Readonly<Record<number, number>>) => withValues('api.5xx', constantly(0, PERIODS, others));
const throttled = (others: Readonly<Record<number, number>>) => withValues('lambda.throttles', constantly(0, PERIODS, others));

describe('a proportion', () => {
  const OF = 'of: api.5xx / api.requests, max: 1%';

  test('a burst that the whole window hides fails in its stretch', () => {
    const burst = fiveXx({ 4: 30 });
    expect(verdictOf(OF, burst)).toMatchObject({ verdict: 'passed', value: 0.00833333333333 });
    const gate = verdictOf(`${OF}, within: 15s`, burst);
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'above-limit', value: 0.0333333333333, n: 900 });
    expect(gate.details).toMatchObject({ events: 30, requests: 900, stretchSeconds: 15, stretchFrom: 10 });
    expect(gate.message).toBe(
      '5XX answers of the gateway: 30 of 900 requests (3.33 %) in the 15 s from 2026-11-24T10:01:20.000Z on, limit 1 % in every stretch; ' +
        'with 95 % confidence, shared among 10 stretches, the true share is above 1.99 %.',
    );
  });

  test('it passes below the limit, and warns above the line', () => {
    expect(verdictOf(`${OF}, within: 15s`, fiveXx({ 4: 5 }))).toMatchObject({ verdict: 'passed', warned: false, value: 0.00555555555556 });
    expect(verdictOf(`${OF}, warn: 0.5%, within: 15s`, fiveXx({ 4: 5 }))).toMatchObject({ verdict: 'passed', warned: true });
  });

  test('the confidence is shared: what is sure of one stretch is not of one in ten', () => {
    // Clopper-Pearson, one-sided: 16 of 900 is above 1.11 % with 95 % confidence, above 0.84 % with 99.5 %.
    expect(verdictOf(`${OF}, within: 60s`, fiveXx({ 4: 48 }))).toMatchObject({ verdict: 'failed', details: { stretches: 1 } });
    expect(verdictOf(`${OF}, within: 15s`, fiveXx({ 4: 16 }))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'undecided-proportion',
      details: { stretches: 10, low: expect.closeTo(0.008443, 6) },
    });
    expect(verdictOf(`${OF}, within: 15s`, fiveXx({ 4: 19 })).verdict).toBe('failed');
    expect(verdictOf(`${OF}, within: 15s, confidence: 0.999`, fiveXx({ 4: 19 })).verdict).toBe('inconclusive');
  });

  test('every stretch needs its requests, and one that has them may fail all the same', () => {
    const thin = withValues('api.requests', constantly(300, PERIODS, { 7: 10, 8: 10, 9: 10 }));
    expect(verdictOf(`${OF}, minRequests: 31, within: 15s`, thin)).toMatchObject({ verdict: 'inconclusive', n: 30 });
    expect(verdictOf(`${OF}, minRequests: 900, within: 15s`)).toMatchObject({ verdict: 'passed', n: 900 });
    expect(verdictOf(`${OF}, minRequests: 901, within: 15s`)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests' });
    expect(verdictOf(`${OF}, minRequests: 901, within: 15s`, fiveXx({ 4: 90 })).verdict).toBe('failed');
  });

  test('a stretch is never shorter than was asked for: 12 s are three periods', () => {
    expect(verdictOf(`${OF}, within: 12s`).details).toMatchObject({ stretchSeconds: 15 });
  });

  test('a missing period, and a window that holds no stretch, are no verdict', () => {
    const gap = withValues('api.requests', constantly(300, PERIODS, { 5: 0 }).with(5, null));
    expect(verdictOf(`${OF}, within: 15s`, gap)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(verdictOf(`${OF}, within: 2m`)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints' });
  });

  test('more of a part than of the whole in one stretch are bad data', () => {
    expect(verdictOf(`${OF}, within: 5s`, fiveXx({ 4: 301 }))).toMatchObject({ verdict: 'inconclusive', reason: 'bad-data' });
  });
});

describe('a ratio', () => {
  const OF = 'of: redis.newConnections / api.requests, max: 0.05';

  test('fails by its worst stretch', () => {
    const burst = withValues('redis.newConnections', constantly(0, PERIODS, { 3: 40 }));
    expect(verdictOf(OF, burst)).toMatchObject({ verdict: 'passed', value: 0.0222222222222 });
    expect(verdictOf(`${OF}, within: 10s`, burst)).toMatchObject({ verdict: 'failed', value: 0.133333333333, n: 600 });
  });

  test('too few requests in one stretch are no verdict, unless another fails', () => {
    const idle = withValues('api.requests', constantly(300, PERIODS, { 7: 0, 8: 0 }));
    const burst = withValues('redis.newConnections', constantly(0, PERIODS, { 3: 40 }));
    expect(verdictOf(`${OF}, within: 10s`, idle)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests', n: 0 });
    expect(verdictOf(`${OF}, within: 10s`, idle, burst)).toMatchObject({ verdict: 'failed', value: 0.133333333333 });
  });

  test("the cache's own new connections are subtracted from each stretch", () => {
    const noisy = withValues('redis.newConnections', constantly(50, PERIODS));
    const always = (each: number) => (stage: Parameters<typeof noisy>[0]) => ({
      ...stage,
      series: stage.series.map((series) =>
        series.metric === 'redis.newConnections'
          ? { ...series, points: series.points.map(([at]): [number, number] => [at, each]) }
          : series,
      ),
    });
    expect(verdictOf(`${OF}, within: 10s`, noisy)).toMatchObject({ verdict: 'failed' });
    expect(verdictOf(`${OF}, within: 10s`, always(1))).toMatchObject({ verdict: 'passed', value: 0 });
    expect(verdictOf(`${OF}, within: 10s`, always(50))).toMatchObject({ verdict: 'failed', value: 0.326666666667 });
  });
});

describe('a sum', () => {
  test('only what falls into one stretch adds up', () => {
    const gate = 'of: lambda.throttles, max: 5, within: 10s';
    expect(verdictOf(gate, throttled({ 3: 3, 4: 3 }))).toMatchObject({ verdict: 'failed', value: 6, limit: 5 });
    expect(verdictOf(gate, throttled({ 3: 3, 5: 3, 9: 3 }))).toMatchObject({ verdict: 'passed', value: 3 });
    expect(verdictOf('of: lambda.throttles, max: 5', throttled({ 3: 3, 5: 3 })).verdict).toBe('failed');
    expect(verdictOf(gate, throttled({ 3: 5 }))).toMatchObject({ verdict: 'passed', value: 5 });
  });
});

describe("k6's own counters, second by second", () => {
  const OF = 'of: client.failed / client.requests, max: 5%';
  const ROUTE = 'GET /health';
  /** In three seconds of one route all requests fail; the totals say so too. */
  const burst = withTotals({ failed: 60 }, withValues('client.failed', constantly(0, SECONDS, { 20: 20, 21: 20, 22: 20 }), ROUTE));

  test('a burst of three seconds on one route fails there', () => {
    expect(verdictOf(`${OF} , within: 60s`, burst)).toMatchObject({ verdict: 'passed', value: 0.0166666666667 });
    const gate = verdictOf('of: client.failed / client.requests per route, max: 5%, within: 10s', burst);
    expect(gate).toMatchObject({ verdict: 'failed', value: 0.3, n: 200, route: ROUTE });
    expect(gate.message).toContain(`on ${ROUTE}: 60 of 200 requests (30 %) in the 10 s`);
    expect(verdictOf(`${OF}, route: "GET /v1/profiles/{userId}", within: 10s`, burst)).toMatchObject({
      verdict: 'passed',
      route: 'GET /v1/profiles/{userId}',
    });
  });

  test('a series that holds less than k6 counted is believed no more than a missing one', () => {
    const lost = withTotals({ failed: 60 }, (stage) => stage);
    expect(verdictOf(`${OF}, within: 10s`, lost)).toMatchObject({ verdict: 'inconclusive' });
    const none = (stage: Parameters<typeof burst>[0]) => ({
      ...stage,
      series: stage.series.filter(({ metric }) => metric !== 'client.failed'),
    });
    expect(verdictOf(`${OF}, within: 10s`, none)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('a second that the series leaves out is zero where all that k6 counted is in the others', () => {
    const quiet = withTotals({ failed: 60 }, withValues('client.failed', constantly(0, SECONDS, { 20: 60, 30: null }), ROUTE));
    expect(verdictOf(`${OF}, within: 10s`, quiet)).toMatchObject({ verdict: 'failed', value: 0.1 });
  });

  function withTotals(totals: { readonly failed: number }, edit: ReturnType<typeof withValues>): typeof edit {
    return (stage) => {
      const load = stage.load && {
        ...stage.load,
        judged: stage.load.judged.map((each) => (each.route === ROUTE ? { ...each, ...totals } : each)),
      };
      return edit({ ...stage, load });
    };
  }
});

/** Rows of Taurus' own tests, https://github.com/Blazemeter/taurus/blob/78b041a9/tests/unit/modules/test_passFailStatus.py, by our keys. */
describe('what a person who comes from Taurus expects', () => {
  const each = (value: number) => withValues('lambda.throttles', constantly(value, PERIODS));

  test.each([
    ['rc413>10 within 10s, 3 each second: triggers', 'max: 10, within: 20s', 3, 'failed'],
    ['rc413>10 within 3s, 3 each second: never, 9 at most', 'max: 10, within: 15s', 3, 'passed'],
    ['rc200>8 over 3s, 5 each second: triggers', 'max: 8, within: 15s', 5, 'failed'],
    ['avg-rt>10ms for 3s, 1 s each second: triggers', 'max: 0, for: 15s', 1, 'failed'],
  ])('%s', (_, gate, value, verdict) => {
    expect(verdictOf(`of: lambda.throttles, ${gate}`, each(value)).verdict).toBe(verdict);
  });

  test('what has triggered stays so when the value recovers', () => {
    expect(verdictOf('of: lambda.throttles, max: 0, for: 10s', throttled({ 0: 1, 1: 1 })).verdict).toBe('failed');
  });

  test('a label that no sample has: Taurus never evaluates it and passes, here there is no verdict', () => {
    expect(verdictOf('of: client.failed / client.requests, route: "GET /nowhere", max: 5%, within: 10s')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'metric-missing',
    });
  });
});
