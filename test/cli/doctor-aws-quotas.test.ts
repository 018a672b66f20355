import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSettings } from '../../infra/settings';
import { awsClients } from '../../src/aws/clients';
import { inspectQuotas } from '../../src/cli/commands/doctor-aws-quotas';
import { readReservations } from '../../src/cli/commands/doctor-aws-reservations';
import { ROOT, textOf } from '../house/source-files';
import { type Replay, startReplay } from '../support/aws-replay';
import { TEST_ENVIRONMENT } from '../support/moto';
import { policy, RESERVES } from './doctor-aws-account';

const before = { ...process.env };
let replay: Replay;
beforeAll(async () => {
  replay = await startReplay({ services: ['lambda', 'service-quotas'] });
  Object.assign(process.env, TEST_ENVIRONMENT, replay.environment);
});
afterEach(() => expect(replay.problems()).toEqual([]));
afterAll(async () => {
  process.env = before;
  await replay.close();
});

/** Of a policy with a peak of 1,000 in production, and at most 20 for a stage. */
async function quotas(limit: number | undefined, reserves = RESERVES as { staging: boolean; production: boolean }) {
  const told = limit === undefined ? {} : { ConcurrentExecutions: limit };
  replay.script('lambda', 'GetAccountSettings', [{ AccountLimit: told }]);
  replay.script('service-quotas', 'GetServiceQuota', [{ Quota: limit === undefined ? {} : { Value: limit } }]);
  const clients = awsClients({ region: 'eu-west-1' });
  const [concurrency, quota] = await Promise.all(inspectQuotas(clients, policy(), reserves));
  clients.destroy();
  return { concurrency, quota };
}

test('the usual quota of 1,000 with the settings as shipped lacks nothing that is required', async () => {
  const { concurrency, quota } = await quotas(1_000);
  expect(concurrency).toMatchObject({ ok: true, found: '1000 concurrent executions, 120 needed for what is reserved' });
  expect(quota).toMatchObject({
    ok: false,
    required: false,
    found: '1000 concurrent executions, 1020 needed at peak',
    advice: expect.stringMatching(/request-service-quota-increase .*--desired-value 1020`/),
  });
});

test.each([
  ['staging alone', { staging: true, production: false }, 120, 1_020],
  ['production alone', { staging: false, production: true }, 1_100, 1_100],
  ['both', { staging: true, production: true }, 1_120, 1_120],
])('%s reserves: 100 more must be left', async (_, reserves, toReserve, atPeak) => {
  expect((await quotas(toReserve, reserves)).concurrency).toMatchObject({ ok: true });
  expect((await quotas(toReserve - 1, reserves)).concurrency).toMatchObject({
    ok: false,
    required: true,
    advice: expect.stringContaining(`--desired-value ${atPeak}`),
  });
  expect((await quotas(atPeak, reserves)).quota).toMatchObject({ ok: true });
  expect((await quotas(atPeak - 1, reserves)).quota).toMatchObject({ ok: false, required: false });
});

test('a new account that reserves nothing can be deployed to', async () => {
  const { concurrency, quota } = await quotas(10, { staging: false, production: false });
  expect(concurrency).toMatchObject({ ok: true, found: '10 concurrent executions, nothing is reserved' });
  expect(quota).toMatchObject({ ok: false, required: false });
});

test('a number that AWS does not tell is no answer', async () => {
  const { concurrency, quota } = await quotas(undefined);
  expect([concurrency, quota]).toEqual(
    Array(2).fill(expect.objectContaining({ ok: false, required: true, advice: expect.stringMatching(/told no number/) })),
  );
});

test('what is reserved is what the settings say, and settings that do not say it are one clear error', async () => {
  const { staging, production } = parseSettings(textOf('infra/aws-settings.json'), 'aws-settings.json');
  expect(await readReservations(ROOT)).toEqual({ staging: staging.reserveConcurrency, production: production.reserveConcurrency });
  const directory = mkdtempSync(join(tmpdir(), 'settings-'));
  await expect(readReservations(directory)).rejects.toThrow(/infra\/aws-settings\.json: does not say/);
  mkdirSync(join(directory, 'infra'));
  writeFileSync(join(directory, 'infra', 'aws-settings.json'), '{ "staging": { "reserveConcurrency": "yes" } }');
  await expect(readReservations(directory)).rejects.toThrow(/infra\/aws-settings\.json: does not say/);
  rmSync(directory, { recursive: true, force: true });
});
