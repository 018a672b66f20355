import { constantly, verdictOf, withValues } from './limit-series';

const PERIODS = 12;
const SECONDS = 60;
const latency = (others: Readonly<Record<number, number | null>>) => withValues('api.latencyP95', constantly(8, PERIODS, others));
const fiveXx = (others: Readonly<Record<number, number>>) => withValues('api.5xx', constantly(0, PERIODS, others));

describe('a latency or a gauge', () => {
  const GATE = 'of: api.latencyP95, max: 250ms, for: 15s';

  test('fails by what it held, not by its peak', () => {
    const gate = verdictOf(GATE, latency({ 3: 300, 4: 320, 5: 280 }));
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'above-limit', value: 280, limit: 250, n: 12 });
    expect(gate.details).toEqual({ stretchSeconds: 15, stretchFrom: 15, stretches: 10 });
    expect(gate.message).toBe(
      'P95 latency at the gateway: 280 ms held for the 15 s from 2026-11-24T10:01:25.000Z on, limit 250 ms (12 datapoints).',
    );
  });

  test('a shorter peak passes, which without "for" it does not', () => {
    expect(verdictOf(GATE, latency({ 3: 300, 4: 320 }))).toMatchObject({ verdict: 'passed', value: 8 });
    expect(verdictOf('of: api.latencyP95, max: 250ms', latency({ 3: 300 })).verdict).toBe('failed');
    expect(verdictOf(GATE, latency({ 3: 300, 4: 320, 6: 300, 7: 300 })).verdict).toBe('passed');
  });

  test('so long is rounded up: 11 s are three periods, and a time below a period is one', () => {
    expect(verdictOf('of: api.latencyP95, max: 250ms, for: 11s', latency({ 3: 300, 4: 320 })).verdict).toBe('passed');
    expect(verdictOf('of: api.latencyP95, max: 250ms, for: 1s', latency({ 3: 300 })).verdict).toBe('failed');
  });

  test('at the limit is not above it; above the warning line warns', () => {
    expect(verdictOf(GATE, latency({ 3: 250, 4: 250, 5: 250 }))).toMatchObject({ verdict: 'passed', value: 250 });
    expect(verdictOf(`${GATE}, warn: 100ms`, latency({ 3: 120, 4: 120, 5: 120 }))).toMatchObject({ verdict: 'passed', warned: true });
  });

  test('a missing period is no verdict, as without "for"', () => {
    expect(verdictOf(GATE, latency({ 5: null }))).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(verdictOf(`${GATE}, minDatapoints: 13`)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints' });
    expect(verdictOf('of: api.latencyP95, max: 250ms, for: 2m')).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints' });
  });

  test('connections of all nodes', () => {
    const many = withValues('redis.connections', constantly(5, PERIODS, { 2: 50, 3: 60 }));
    expect(verdictOf('of: redis.connections, max: 80, for: 10s', many)).toMatchObject({ verdict: 'failed', value: 100 });
    expect(verdictOf('of: redis.connections, max: 80, for: 15s', many)).toMatchObject({ verdict: 'passed', value: 10 });
  });
});

describe("the clients' latency, second by second", () => {
  const GATE = 'of: client.p95, max: 250ms, for: 3s';
  const seconds = (others: Readonly<Record<number, number | null>>) => withValues('client.p95', constantly(8, SECONDS, others));

  test('three seconds fail, two do not', () => {
    expect(verdictOf(GATE, seconds({ 3: 300, 4: 301, 5: 302 }))).toMatchObject({ verdict: 'failed', value: 300, n: 3600 });
    expect(verdictOf(GATE, seconds({ 3: 300, 4: 301 }))).toMatchObject({ verdict: 'passed', value: 8 });
  });

  test('a second in which nothing was timed could have been slow: no verdict where that would decide, and only there', () => {
    expect(verdictOf(GATE, seconds({ 3: 300, 4: null, 5: 300 }))).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(verdictOf(GATE, seconds({ 3: null, 4: null, 5: null }))).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(verdictOf(GATE, seconds({ 3: 300, 4: null, 9: 300 }))).toMatchObject({ verdict: 'passed', value: 8 });
    expect(verdictOf(GATE, seconds({ 4: null, 9: 300, 10: 300, 11: 300 })).verdict).toBe('failed');
  });

  test('per route the worst one decides', () => {
    const slow = withValues('client.p95', constantly(8, SECONDS, { 3: 300, 4: 300, 5: 300 }), 'GET /health');
    expect(verdictOf('of: client.p95 per route, max: 250ms, for: 3s', slow)).toMatchObject({ verdict: 'failed', route: 'GET /health' });
    expect(verdictOf(GATE, slow).verdict).toBe('passed');
  });
});

describe('a counter', () => {
  test('fails when every period was above the limit', () => {
    const throttled = (others: Readonly<Record<number, number>>) => withValues('lambda.throttles', constantly(0, PERIODS, others));
    const gate = 'of: lambda.throttles, max: 0, for: 15s';
    expect(verdictOf(gate, throttled({ 3: 9, 4: 9 }))).toMatchObject({ verdict: 'passed', value: 0 });
    expect(verdictOf(gate, throttled({ 3: 9, 4: 2, 5: 9 }))).toMatchObject({ verdict: 'failed', value: 2 });
  });
});

describe('a proportion', () => {
  const GATE = 'of: api.5xx / api.requests, max: 1%, for: 15s';

  test('fails when each period was above the limit, and the stretch surely was', () => {
    expect(verdictOf(GATE, fiveXx({ 4: 9, 5: 12, 6: 9 }))).toMatchObject({ verdict: 'failed', reason: 'above-limit', value: 0.03 });
  });

  test('a few events in each period may be chance', () => {
    const gate = verdictOf(GATE, fiveXx({ 4: 4, 5: 4, 6: 4 }));
    expect(gate).toMatchObject({ verdict: 'inconclusive', reason: 'undecided-proportion', value: 0.0133333333333 });
    expect(gate.message).toContain('it could still have been below the limit (with 95 % confidence, shared among 10 stretches,');
  });

  test('one that is over at once passes', () => {
    expect(verdictOf(GATE, fiveXx({ 4: 100 }))).toMatchObject({ verdict: 'passed', value: 0 });
    expect(verdictOf('of: api.5xx / api.requests, max: 1%', fiveXx({ 4: 100 })).verdict).toBe('failed');
  });

  test('needs its requests to pass', () => {
    expect(verdictOf(`${GATE}, minRequests: 3601`)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests', n: 3600 });
  });

  test('a period without a request says nothing: no verdict where it would decide', () => {
    const idle = withValues('api.requests', constantly(300, PERIODS, { 5: 0 }));
    expect(verdictOf(GATE, fiveXx({ 4: 9, 6: 9 }), idle)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(verdictOf(GATE, idle).verdict).toBe('passed');
  });
});

describe('a ratio', () => {
  test('fails by the level it held', () => {
    const gate = 'of: redis.newConnections / api.requests, max: 0.05, for: 10s';
    const opened = (others: Readonly<Record<number, number>>) => withValues('redis.newConnections', constantly(0, PERIODS, others));
    expect(verdictOf(gate, opened({ 3: 30, 4: 15 }))).toMatchObject({ verdict: 'failed', value: 0.1 });
    expect(verdictOf(gate, opened({ 3: 300 }))).toMatchObject({ verdict: 'passed', value: 0 });
  });
});
