import { FAULT_NAMES } from '../../../src/twin/cloudwatch/faults';
import { pointsOf, startTwinCloudWatch, type TwinCloudWatch } from './twin-cloudwatch';

let twin: TwinCloudWatch;

const WHOLE = [
  [0, 1],
  [5_000, 2],
  [10_000, 3],
  [15_000, 4],
] as const;

const oldestFirst = { ScanBy: 'TimestampAscending' } as const;

beforeEach(async () => {
  twin = await startTwinCloudWatch({ requestTimeoutMs: 300 });
  twin.connections(...WHOLE);
});
afterEach(() => twin.stop());

async function expectHealthy(): Promise<void> {
  expect(pointsOf(await twin.query(oldestFirst))).toEqual(WHOLE);
}

test('no data: complete and empty', async () => {
  twin.endpoint.setFault('no-data');
  expect(await twin.query()).toMatchObject({ StatusCode: 'Complete', Timestamps: [], Values: [] });
});

test.each([
  ['forbidden', 'Forbidden'],
  ['internal-error', 'InternalError'],
] as const)('%s: HTTP 200 with a result of that status, without points, with a message', async (name, status) => {
  twin.endpoint.setFault(name);
  expect(await twin.query()).toMatchObject({ StatusCode: status, Values: [], Messages: [{ Code: status }] });
});

test('partial data: the older half is missing and only the status tells', async () => {
  twin.endpoint.setFault('partial-data');
  const result = await twin.query(oldestFirst);
  expect(result.StatusCode).toBe('PartialData');
  expect(pointsOf(result)).toEqual(WHOLE.slice(2));
});

test('missing periods: gaps in the middle of a complete result', async () => {
  twin.endpoint.setFault('missing-periods', { every: 2 });
  const result = await twin.query(oldestFirst);
  expect(result.StatusCode).toBe('Complete');
  expect(pointsOf(result)).toEqual([WHOLE[1], WHOLE[3]]);
});

test('late revision: switched on while running, a period grows after it was first seen', async () => {
  twin.endpoint.setFault('late-revision', { periods: 2 });
  twin.connections([24_000, 50]);
  twin.connections([20_000, 5]);
  twin.setClock(25_000);
  expect(pointsOf(await twin.query())[0]).toEqual([20_000, 5]);
  twin.setClock(35_000);
  expect(pointsOf(await twin.query())[0]).toEqual([20_000, 50]);
});

test('throttle: so many times, under the name that the query-compatible client gives it', async () => {
  twin.endpoint.setFault('throttle', { times: 2 });
  await expect(twin.query()).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
  await expect(twin.query()).rejects.toMatchObject({ name: 'Throttling' });
  await expectHealthy();
});

test('service fault: HTTP 500 until it is cleared', async () => {
  twin.endpoint.setFault('service-fault');
  await expect(twin.query()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  await expect(twin.query()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  twin.endpoint.clearFaults();
  await expectHealthy();
});

test('connection reset: also on a connection that was kept open', async () => {
  await expectHealthy();
  twin.endpoint.setFault('connection-reset');
  await expect(twin.query()).rejects.toThrow(/socket hang up|ECONNRESET/);
  twin.endpoint.clearFaults();
  await expectHealthy();
});

test('hang: no answer within the client deadline', async () => {
  twin.endpoint.setFault('hang');
  await expect(twin.query()).rejects.toMatchObject({ name: 'TimeoutError' });
  twin.endpoint.clearFaults();
  await expectHealthy();
});

test('a fault with a scope leaves other metrics alone', async () => {
  twin.endpoint.setFault('forbidden', { namespace: 'AWS/Lambda' });
  twin.endpoint.setFault('no-data', { namespace: 'AWS/ElastiCache', metricName: 'NewConnections' });
  await expectHealthy();
  twin.endpoint.setFault('forbidden', { namespace: 'AWS/ElastiCache', metricName: 'CurrConnections' });
  expect((await twin.query()).StatusCode).toBe('Forbidden');
});

test('every fault spoils the healthy answer, and clearing it heals', async () => {
  const spoils = async () => {
    try {
      const result = await twin.query(oldestFirst);
      return result.StatusCode !== 'Complete' || JSON.stringify(pointsOf(result)) !== JSON.stringify(WHOLE);
    } catch {
      return true;
    }
  };
  // A late revision shows only for a while after a period's end: it has its own test.
  for (const name of FAULT_NAMES.filter((fault) => fault !== 'late-revision')) {
    twin.endpoint.setFault(name);
    expect([name, await spoils()]).toEqual([name, true]);
    twin.endpoint.clearFaults();
    expect([name, await spoils()]).toEqual([name, false]);
  }
});
