import { type FloorRequest, waitForFloor } from '../../../src/evidence/cloudwatch/floor';
import { probe } from '../../../src/evidence/cloudwatch/probe';
import type { ReadOutcome } from '../../../src/evidence/cloudwatch/read';
import type { Series } from '../../../src/gates/evidence-schema';
import { identity, seriesOf } from './tier';
import { inTurn, testClock } from './waits';

const MINUTE = 60_000;

/** Connections of both nodes, one value per minute from 0 on; the second node always has 10. */
function connections(values: readonly number[], second: readonly number[] = values.map(() => 10)): ReadOutcome {
  const points = (list: readonly number[]): Series['points'] => list.map((value, minute) => [minute * MINUTE, value]);
  return {
    kind: 'read',
    series: [
      seriesOf('redis.connections', points(values)),
      seriesOf('redis.connections', points(second), { dimensions: { CacheClusterId: 'check-in-002', CacheNodeId: '0001' } }),
    ],
  };
}

describe('the probe before the load', () => {
  it('is content with any datapoint of each required series', async () => {
    expect(await probe(async () => connections([1]), ['redis.connections'])).toEqual({ kind: 'seen' });
  });

  it('names the metric and its dimensions when there is none: a wrong dimension is silent for ever', async () => {
    const outcome = await probe(async () => connections([1], []), ['redis.connections']);
    expect(outcome).toMatchObject({ kind: 'missing', reason: 'metric-missing' });
    expect(outcome).toMatchObject({ detail: expect.stringContaining('AWS/ElastiCache CurrConnections, CacheClusterId=check-in-002') });
  });

  it('does not take a metric that nobody asked for as seen', async () => {
    expect(await probe(async () => connections([1]), ['api.requests'])).toMatchObject({
      kind: 'missing',
      detail: expect.stringContaining('api.requests'),
    });
  });

  it('does not require what is not there before the first request', async () => {
    const outcome = connections([1]);
    if (outcome.kind === 'read') outcome.series.push(seriesOf('api.requests', []));
    expect(await probe(async () => outcome, ['redis.connections'])).toEqual({ kind: 'seen' });
  });

  it('tells a refusal from silence', async () => {
    const refused: ReadOutcome = { kind: 'read', series: [seriesOf('redis.connections', [], { statusCode: 'Forbidden' })] };
    expect(await probe(async () => refused, ['redis.connections'])).toMatchObject({ kind: 'failed', reason: 'query-forbidden' });
    const failed: ReadOutcome = { kind: 'failed', reason: 'query-error', detail: 'down' };
    expect(await probe(async () => failed, ['redis.connections'])).toEqual(failed);
  });
});

async function waitFor(answers: readonly ReadOutcome[], rest: Partial<FloorRequest> = {}) {
  const read = inTurn(answers);
  const clock = testClock(10 * MINUTE);
  const outcome = await waitForFloor({
    read,
    identity,
    periodSeconds: 60,
    sinceMs: 0,
    pollMs: 15_000,
    deadlineMs: 90_000,
    signal: new AbortController().signal,
    clock,
    ...rest,
  });
  return { outcome, reads: read.calls(), waited: clock.slept() };
}

describe('the wait for the floor', () => {
  it('ends at once when the last three periods are stable', async () => {
    expect(await waitFor([connections([50, 20, 20, 21])])).toMatchObject({ outcome: { kind: 'settled', floor: { value: 30 } }, waited: 0 });
  });

  it('goes on until connections of an earlier run have gone', async () => {
    const { outcome, reads } = await waitFor([
      connections([80, 60, 40]),
      connections([80, 60, 40, 20]),
      connections([80, 60, 40, 20, 20, 20]),
    ]);
    expect([outcome.kind, reads]).toEqual(['settled', 3]);
  });

  it('looks at the newest periods that every node has reported, however late they are', async () => {
    expect((await waitFor([connections([20, 20, 20, 90], [10, 10, 10])])).outcome).toMatchObject({ kind: 'settled', floor: { value: 30 } });
  });

  it('does not count periods before the deployment', async () => {
    expect((await waitFor([connections([20, 20, 20, 20])], { sinceMs: 2 * MINUTE })).outcome).toMatchObject({
      kind: 'unsettled',
      reason: 'floor-not-settled',
    });
  });

  it('gives up at the deadline and tells what it saw', async () => {
    const { outcome, waited } = await waitFor([connections([80, 60, 40])]);
    expect(outcome).toMatchObject({ kind: 'unsettled', reason: 'floor-not-settled', detail: expect.stringContaining('90, 70, 50') });
    expect(waited).toBe(90_000);
  });

  it('is not settled by a node that is silent', async () => {
    expect((await waitFor([connections([20, 20, 20], [])])).outcome).toMatchObject({ kind: 'unsettled', reason: 'floor-not-settled' });
  });

  it.each<[string, ReadOutcome, string, number]>([
    ['a refusal', { kind: 'failed', reason: 'query-forbidden', detail: 'no right' }, 'query-forbidden', 0],
    ['reads that fail', { kind: 'failed', reason: 'query-error', detail: 'down' }, 'query-error', 90_000],
  ])('names %s', async (_name, answer, reason, waited) => {
    expect(await waitFor([answer])).toMatchObject({ outcome: { kind: 'unsettled', reason }, waited });
  });

  it('ends when it is stopped', async () => {
    expect(await waitFor([{ kind: 'aborted' }], { signal: AbortSignal.abort() })).toMatchObject({
      outcome: { kind: 'unsettled', reason: 'aborted' },
      waited: 0,
    });
  });
});
