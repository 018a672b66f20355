import { type AwsClients, awsClients } from '../../../src/aws/clients';
import { type CanaryWatch, type CanaryWatchOptions, watchCanary } from '../../../src/targets/aws/canary-watch';
import { type Replay, startReplay } from '../../support/aws-replay';
import { REGION } from './account';
import { type VirtualClock, virtualClock } from './virtual-clock';

const ALARM = 'check-in-production-watched';
const DENIED = { error: { name: 'AccessDenied', message: 'not authorized to perform cloudwatch:PutMetricData' } };
const before = { ...process.env };

let replay: Replay;
let clients: AwsClients;
let clock: VirtualClock;
let watch: CanaryWatch | null = null;
beforeEach(async () => {
  replay = await startReplay({ services: ['cloudwatch'] });
  Object.assign(process.env, replay.environment);
  clients = awsClients({ region: REGION });
  clock = virtualClock(clients, new Date('2026-11-23T02:00:00.000Z'));
  replay.script('cloudwatch', 'PutMetricData', [{}]);
  becomes('OK');
});
afterEach(async () => {
  await watch?.stop();
  watch = null;
  clock.freeze();
  clients.destroy();
  await replay.close();
  process.env = { ...before };
  expect(replay.problems()).toEqual([]);
});

function becomes(...states: readonly string[]): void {
  replay.script(
    'cloudwatch',
    'DescribeAlarms',
    states.map((StateValue) => ({ MetricAlarms: [{ AlarmName: ALARM, StateValue }] })),
  );
}
const asked = (operation: string): number => replay.requests.filter((each) => each.operation === operation).length;
const begin = async (options: Partial<CanaryWatchOptions> = {}): Promise<CanaryWatch> => {
  watch = await watchCanary({ cloudWatch: clients.cloudWatch, functionName: 'check-in', alarmName: ALARM, clock, ...options });
  return watch;
};

test('publishes every 30 seconds until it is stopped', async () => {
  const { stop } = await begin();
  expect(replay.requests[0]?.input).toEqual({
    Namespace: 'Tidegate',
    MetricData: [{ MetricName: 'CanaryWatched', Dimensions: [{ Name: 'FunctionName', Value: 'check-in' }], Value: 1, Unit: 'Count' }],
  });
  await clock.sleep(10 * 60_000 + 1);
  expect(asked('PutMetricData')).toBe(21);
  await stop();
  await clock.sleep(10 * 60_000);
  expect(asked('PutMetricData')).toBe(21);
});

test('begins when the alarm is OK, not before', async () => {
  becomes('INSUFFICIENT_DATA', 'ALARM', 'ALARM', 'OK');
  await begin();
  expect(asked('DescribeAlarms')).toBe(4);
});

test('gives up after ten minutes of a raised alarm, and publishes no more', async () => {
  becomes('ALARM');
  const began = clock.now();
  await expect(begin()).rejects.toMatchObject({
    problem: 'rejected',
    message: expect.stringMatching(/did not become OK within 10 minutes/),
  });
  expect(clock.now() - began).toBeGreaterThan(9 * 60_000);
  const published = asked('PutMetricData');
  await clock.sleep(5 * 60_000);
  expect(asked('PutMetricData')).toBe(published);
});

test('says that there is no such alarm', async () => {
  replay.script('cloudwatch', 'DescribeAlarms', [{ MetricAlarms: [] }]);
  await expect(begin()).rejects.toThrow(/no alarm check-in-production-watched/);
});

test('says at once that it may not publish', async () => {
  replay.script('cloudwatch', 'PutMetricData', [DENIED]);
  await expect(begin()).rejects.toMatchObject({ problem: 'forbidden', message: expect.stringContaining('publish Tidegate/CanaryWatched') });
  expect(asked('DescribeAlarms')).toBe(0);
});

test('can be interrupted while the alarm is raised', async () => {
  becomes('ALARM');
  const interrupt = new AbortController();
  clock.after(60_000, () => interrupt.abort());
  await expect(begin({ signal: interrupt.signal })).rejects.toThrow(/abort/i);
  const published = asked('PutMetricData');
  await clock.sleep(60_000);
  expect(asked('PutMetricData')).toBe(published);
});

test('is lost once nothing was published for longer than the alarm bears, and no longer when it is again', async () => {
  const { lost } = await begin();
  replay.script('cloudwatch', 'PutMetricData', [DENIED]);
  await clock.sleep(180_000);
  expect(lost()).toBeNull();
  await clock.sleep(30_000);
  expect(lost()).toMatch(/could publish nothing for 210 s, so its alarm check-in-production-watched is raised: .*not authorized/);
  replay.script('cloudwatch', 'PutMetricData', [{}]);
  await clock.sleep(30_000);
  expect(lost()).toBeNull();
});

test('bears failures that are shorter', async () => {
  const { lost } = await begin();
  replay.script('cloudwatch', 'PutMetricData', [DENIED, DENIED, {}]);
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.sleep(60_000);
    expect(lost()).toBeNull();
  }
});
