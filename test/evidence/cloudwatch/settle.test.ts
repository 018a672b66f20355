import type { ReadOutcome } from '../../../src/evidence/cloudwatch/read';
import { heartbeatsOf, type SettleRequest, settle } from '../../../src/evidence/cloudwatch/settle';
import type { Series } from '../../../src/gates/evidence-schema';
import { seriesOf } from './tier';
import { inTurn, testClock } from './waits';

const MINUTE = 60_000;
const LOAD_END = 5 * MINUTE;
const WATCH_END = 7 * MINUTE;

const upTo = (lastMinute: number, value = 1): Series['points'] =>
  Array.from({ length: lastMinute + 1 }, (_, minute) => [minute * MINUTE, value]);

/** All heartbeats; each argument is the last minute that has arrived. */
function answer(requests = 4, concurrency = 4, connections = 6, second = 6): ReadOutcome {
  return {
    kind: 'read',
    series: [
      seriesOf('api.requests', upTo(requests)),
      seriesOf('lambda.concurrency', upTo(concurrency)),
      seriesOf('redis.connections', upTo(connections)),
      seriesOf('redis.connections', upTo(second), { dimensions: { CacheClusterId: 'check-in-002', CacheNodeId: '0001' } }),
    ],
  };
}

function replaced(outcome: ReadOutcome, index: number, rest: Partial<Series>): ReadOutcome {
  if (outcome.kind !== 'read') return outcome;
  return { kind: 'read', series: outcome.series.map((series, at) => (at === index ? { ...series, ...rest } : series)) };
}

function run(answers: readonly ReadOutcome[], rest: Partial<SettleRequest> = {}) {
  const read = inTurn(answers);
  const clock = testClock();
  const settled = settle({
    read,
    heartbeats: heartbeatsOf(LOAD_END, WATCH_END, 60),
    pollMs: 15_000,
    deadlineMs: 120_000,
    signal: new AbortController().signal,
    clock,
    ...rest,
  });
  return settled.then((outcome) => ({ outcome, reads: read.calls(), waited: clock.slept() }));
}

describe('settles', () => {
  it('when every heartbeat is there and two reads in a row agree', async () => {
    expect(await run([answer()])).toMatchObject({ outcome: { settled: true }, reads: 2, waited: 15_000 });
  });

  it('not before the last period of the load is there', async () => {
    expect(await run([answer(3), answer(3), answer(4)])).toMatchObject({ outcome: { settled: true }, reads: 4 });
  });

  it('not before the last period of every cache node is there', async () => {
    expect(await run([answer(4, 4, 6, 5), answer(4, 4, 6, 5), answer()])).toMatchObject({ outcome: { settled: true }, reads: 4 });
  });

  it('not while a period that was already seen is revised', async () => {
    const revised = replaced(answer(), 0, { points: upTo(4, 2) });
    const { outcome, reads } = await run([answer(), revised]);
    expect([outcome.settled, reads]).toEqual([true, 3]);
    expect(outcome.series[0]?.points).toEqual(upTo(4, 2));
  });

  it('after data that was partial, after an internal error and after a failed read', async () => {
    const answers: ReadOutcome[] = [
      replaced(answer(), 0, { statusCode: 'PartialData' }),
      replaced(answer(), 0, { statusCode: 'InternalError' }),
      { kind: 'failed', reason: 'query-error', detail: 'throttled' },
      answer(),
    ];
    expect(await run(answers)).toMatchObject({ outcome: { settled: true }, reads: 5 });
  });
});

describe('what the release makes', () => {
  const heartbeats = heartbeatsOf(LOAD_END, WATCH_END, 60, ['lambda.maxMemoryUsed']);
  const withMemory = (last: number): ReadOutcome => {
    const rest = answer();
    return rest.kind === 'read' ? { kind: 'read', series: [...rest.series, seriesOf('lambda.maxMemoryUsed', upTo(last))] } : rest;
  };

  it('is waited for when it is late', async () => {
    const { outcome, reads } = await run([withMemory(2), withMemory(2), withMemory(2), withMemory(4)], { heartbeats });
    expect([outcome.settled, reads, outcome.series.at(-1)?.points.length]).toEqual([true, 5, 5]);
  });

  it('is not waited for when it is there', async () => {
    expect(await run([withMemory(4)], { heartbeats })).toMatchObject({ outcome: { settled: true }, reads: 2, waited: 15_000 });
  });

  it('is given up after two periods: its silence is judged, and is no fault of the run', async () => {
    expect(await run([withMemory(2)], { heartbeats, deadlineMs: 600_000 })).toMatchObject({ outcome: { settled: true }, waited: 135_000 });
  });

  it('is given up before the deadline, which is about the rest', async () => {
    const { outcome, waited } = await run([withMemory(2)], { heartbeats, deadlineMs: 60_000 });
    expect([outcome.settled, waited <= 60_000]).toEqual([true, true]);
  });

  it('does not hide that the rest is late', async () => {
    const { outcome } = await run([answer(3)], { heartbeats });
    expect(outcome).toMatchObject({ settled: false, reason: 'metrics-late', detail: expect.stringContaining('api.requests') });
  });
});

describe('does not settle', () => {
  it.each<[string, ReadOutcome, string, string]>([
    ['metrics that are late', answer(3), 'metrics-late', 'api.requests'],
    ['a silent cache node', replaced(answer(), 3, { points: [] }), 'metrics-late', 'redis.connections'],
    ['partial data', replaced(answer(), 1, { statusCode: 'PartialData' }), 'partial-data', 'lambda.concurrency'],
    ['an internal error', replaced(answer(), 1, { statusCode: 'InternalError' }), 'query-error', 'lambda.concurrency'],
    ['reads that fail', { kind: 'failed', reason: 'query-error', detail: 'expired credentials' }, 'query-error', 'expired'],
    ['nothing at all', { kind: 'read', series: [] }, 'metrics-late', 'api.requests'],
  ])('with %s, and says so at the deadline', async (_name, reply, reason, words) => {
    const { outcome, waited } = await run([reply]);
    expect(outcome).toMatchObject({ settled: false, reason, detail: expect.stringContaining(words) });
    expect(waited).toBe(120_000);
  });

  it('with values that never stand still', async () => {
    const answers = Array.from({ length: 20 }, (_, count) => replaced(answer(), 0, { points: upTo(4, count) }));
    expect((await run(answers)).outcome).toMatchObject({
      settled: false,
      reason: 'metrics-late',
      detail: expect.stringContaining('revised'),
    });
  });

  it('with a read that never ends, and does not wait for it', async () => {
    const read = (signal: AbortSignal) =>
      new Promise<ReadOutcome>((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true }));
    const { outcome } = await run([], { read, pollMs: 10, deadlineMs: 20 });
    expect(outcome).toMatchObject({ settled: false, reason: 'query-error', detail: expect.stringContaining('did not answer') });
  });

  it.each<[string, ReadOutcome]>([
    ['of one metric', replaced(answer(), 2, { statusCode: 'Forbidden' })],
    ['of the whole call', { kind: 'failed', reason: 'query-forbidden', detail: 'no right' }],
  ])('with a refusal %s, and does not wait for a right that is missing', async (_name, reply) => {
    expect(await run([reply])).toMatchObject({ outcome: { settled: false, reason: 'query-forbidden' }, waited: 0 });
  });

  it('keeps what it last read', async () => {
    const { outcome } = await run([answer(3), { kind: 'failed', reason: 'query-error', detail: 'down' }]);
    expect(outcome.series).toHaveLength(4);
  });

  it('when it is stopped', async () => {
    const controller = new AbortController();
    const read = async (): Promise<ReadOutcome> => {
      controller.abort();
      return answer(3);
    };
    expect(await run([], { read, signal: controller.signal })).toMatchObject({ outcome: { settled: false, reason: 'aborted' }, waited: 0 });
  });
});
