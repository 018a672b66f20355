import type { Series } from '../../../src/gates/evidence-schema';
import { editSeries } from '../builders';
import { gateOf, judge, swap } from '../helpers';

/** 5XX in the first judged period only: exact numbers instead of shares. */
function fiveXx(count: number) {
  return {
    soak: {
      edit: (stage: Parameters<typeof editSeries>[0]) =>
        editSeries(stage, 'api.5xx', (series): Series => ({ ...series, points: [[Date.parse(stage.judged.start), count]] })),
    },
  };
}

describe('a proportion', () => {
  test('passes with none failed and enough requests', () => {
    expect(gateOf(judge(), 'api-5xx')).toMatchObject({
      verdict: 'passed',
      reason: 'within-limit',
      value: 0,
      limit: 0.001,
      n: 3600,
      unit: 'fraction',
    });
  });

  test('fails when the exact lower bound is above the limit, with value, limit and n in the sentence', () => {
    const gate = gateOf(judge({ only: fiveXx(9) }), 'api-5xx');
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'above-limit', value: 0.0025, n: 3600 });
    expect(gate.message).toBe(
      '5XX answers of the gateway: 9 of 3600 requests (0.25 %), limit 0.1 %; with 95 % confidence the true share is above 0.1305 %.',
    );
  });

  test('is undecided between: 4 of 3600 is above 0.1 %, but not surely', () => {
    expect(gateOf(judge({ only: fiveXx(4) }), 'api-5xx')).toMatchObject({ verdict: 'inconclusive', reason: 'undecided-proportion' });
  });

  test('the confidence decides what is sure', () => {
    const report = judge({ only: fiveXx(8) }, swap('max: 0.1%, warn: 0.05%', 'max: 0.1%, confidence: 0.999'));
    expect(gateOf(report, 'api-5xx').verdict).toBe('inconclusive');
    expect(gateOf(judge({ only: fiveXx(8) }), 'api-5xx').verdict).toBe('failed');
  });

  test('one lost request in a thousand of an error listener is no pass for free: 0.06 % warns', () => {
    expect(gateOf(judge({ only: fiveXx(2) }), 'api-5xx')).toMatchObject({ verdict: 'passed', warned: true });
    expect(gateOf(judge({ only: fiveXx(1) }), 'api-5xx')).toMatchObject({ verdict: 'passed', warned: false });
  });

  test('does not pass on too few requests, and still fails on them', () => {
    const more = swap('of: api.5xx / api.requests, max: 0.1%, warn: 0.05%', 'of: api.5xx / api.requests, max: 0.1%, minRequests: 3601');
    expect(gateOf(judge({}, more), 'api-5xx')).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests', value: 0, n: 3600 });
    expect(gateOf(judge({ only: fiveXx(100) }, more), 'api-5xx').verdict).toBe('failed');
  });

  test('max 0 fails on the first one', () => {
    expect(gateOf(judge({ all: { checksFailed: 0.05 } }), 'smoke-client-checks')).toMatchObject({ verdict: 'failed', limit: 0 });
  });

  test('more errors than requests are bad data, not 100 %', () => {
    expect(gateOf(judge({ only: fiveXx(4000) }), 'api-5xx')).toMatchObject({ verdict: 'inconclusive', reason: 'bad-data' });
  });

  test('a route is judged by its own requests', () => {
    expect(gateOf(judge({ all: { controlFailed: 0.2 } }), 'control-route')).toMatchObject({ verdict: 'failed', value: 0.2, n: 1200 });
    const unseen = swap('route: "GET /health", max: 1%', 'route: "GET /nowhere", max: 1%');
    expect(gateOf(judge({}, unseen), 'control-route')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('"per route" is decided by the worst route', () => {
    const edit = swap(
      '{ id: client-failed, judge: limit, of: client.failed / client.requests, max: 0.1% }',
      '{ id: client-failed, judge: limit, of: client.failed / client.requests per route, max: 1% }',
    );
    const gate = gateOf(judge({ all: { controlFailed: 0.1 } }, edit), 'client-failed');
    expect(gate).toMatchObject({ verdict: 'failed', value: 0.1, n: 1200 });
    expect(gate.message).toContain('GET /health');
    expect(gateOf(judge({}, edit), 'client-failed').verdict).toBe('passed');
  });
});

describe('a ratio', () => {
  test('open and quit for each request fails with one new connection each', () => {
    const gate = gateOf(judge({ all: { newConnectionsPerRequest: 1, connectionsPerEnvironment: 0 } }), 'redis-new-connections');
    expect(gate).toMatchObject({ verdict: 'failed', value: 1, limit: 0.05, n: 3600, unit: 'ratio' });
  });

  test("the cache's own new connections before the load are subtracted, and no more than its own", () => {
    const noisy = (per: number) => ({
      soak: {
        edit: (stage: Parameters<typeof editSeries>[0]) =>
          editSeries(stage, 'redis.newConnections', (series) => ({
            ...series,
            points: series.points.map(([at, value]) => [at, value + per]),
          })),
      },
    });
    // One for each of the two nodes, which keep one connection each for themselves.
    const own = gateOf(judge({ only: noisy(1) }), 'redis-new-connections');
    expect(own).toMatchObject({ verdict: 'passed', value: 0, details: { raw: 24, subtracted: 24, rateBefore: 2 } });
    expect(own.message).toContain('Of 24 in 12 periods the 2 in each that were there before the load are not counted.');
    const others = gateOf(judge({ only: noisy(150) }), 'redis-new-connections');
    expect(others).toMatchObject({ verdict: 'failed', details: { raw: 3600, subtracted: 24, rateBefore: 300 } });
    expect(others.message).toContain("the cache's own monitoring does not explain more of the 300 before it");
  });

  test('what is opened to warm the environments is no rate of the floor', () => {
    const warmed = (stage: Parameters<typeof editSeries>[0]) => {
      const opened = Date.parse(stage.window.start) - 5000;
      const edited = editSeries(stage, 'redis.newConnections', (series) => ({
        ...series,
        points: series.points.map(([at, value]) => [at, at >= opened - 5000 ? value + 1 : value]),
      }));
      return { ...edited, plan: { ...stage.plan, warm: 4 } };
    };
    expect(gateOf(judge({ only: { soak: { edit: warmed } } }), 'redis-new-connections')).toMatchObject({ value: 0.00666666666667 });
  });

  test('without a datapoint of it under load there is no verdict, however many new connections there may have been', () => {
    const cut = (stage: Parameters<typeof editSeries>[0]) =>
      editSeries(stage, 'redis.newConnections', (series) => ({
        ...series,
        points: series.points.filter(([at]) => at < Date.parse(stage.window.start)),
      }));
    const report = judge({ all: { newConnectionsPerRequest: 1, connectionsPerEnvironment: 0 }, only: { soak: { edit: cut } } });
    expect(gateOf(report, 'redis-new-connections')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });
});

describe('a value', () => {
  test('a throttle fails a limit of none', () => {
    expect(gateOf(judge({ all: { throttlesPerPeriod: 1 } }), 'lambda-throttles')).toMatchObject({
      verdict: 'failed',
      value: 12,
      limit: 0,
      n: 12,
    });
  });

  const latency = (max: string) =>
    swap(
      '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
      `{ id: latency, judge: limit, of: client.p95, max: ${max} }\n      - { id: gateway-latency, judge: limit, of: api.latencyP95, max: ${max}, minDatapoints: 12 }`,
    );

  test('latency is limited by a duration, at the clients and at the gateway', () => {
    const slow = judge({ all: { p95: 300 } }, latency('250ms'));
    expect(gateOf(slow, 'latency')).toMatchObject({ verdict: 'failed', value: 300, limit: 250, unit: 'ms' });
    expect(gateOf(slow, 'gateway-latency')).toMatchObject({ verdict: 'failed', value: 300 });
    expect(gateOf(judge({}, latency('250ms')), 'gateway-latency').verdict).toBe('passed');
  });

  test('one period short of minDatapoints is no pass', () => {
    const edit = (text: string) => latency('250ms')(text).replace('minDatapoints: 12 }', 'minDatapoints: 13 }');
    expect(gateOf(judge({}, edit), 'gateway-latency')).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints' });
  });
});
