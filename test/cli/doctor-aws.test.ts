import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { bootstrapCommand } from '../../src/aws/bootstrap';
import { type AwsClients, awsClients } from '../../src/aws/clients';
import { inspectAccount } from '../../src/cli/commands/doctor-aws';
import type { Policy } from '../../src/gates/policy/policy';
import { type Moto, startMoto } from '../support/moto';
import {
  type Answers,
  answering,
  BUCKET,
  COMPLETE,
  forbidden,
  furnish,
  missingStack,
  never,
  onlyDelivery,
  policy,
  RESERVES,
  refusal,
  run,
  stack,
} from './doctor-aws-account';

const before = { ...process.env };
let moto: Moto;
const opened: AwsClients[] = [];

beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, moto.environment);
});
beforeEach(() => moto.reset());
afterEach(() => {
  for (const clients of opened.splice(0)) clients.destroy();
});
afterAll(async () => {
  for (const name of Object.keys(moto.environment)) delete process.env[name];
  Object.assign(process.env, before);
  await moto.close();
});

test('an account with everything in place lacks nothing', async () => {
  const checks = await inspect({});
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(checks.map(({ name }) => name)).toEqual([
    ...['AWS credentials', 'bootstrap', 'ledger', 'Lambda concurrency', 'Lambda quota', 'cache connections'],
    ...['place', 'function', 'cache', 'metrics'].map((what) => `staging: ${what}`),
    ...['place', 'function', 'cache', 'metrics', 'CodeDeploy', 'watch alarm'].map((what) => `production: ${what}`),
  ]);
  expect(foundBy(checks, 'AWS credentials')).toMatch(/account 123456789012, region eu-west-1/);
  expect(foundBy(checks, 'ledger')).toBe(`${BUCKET}, versioning Enabled`);
  expect(foundBy(checks, 'production: watch alarm')).toBe('unwatched: ALARM (normal while there is no canary)');
});

test("with another account's credentials nothing else is asked", async () => {
  const asked: string[] = [];
  const listen = Object.fromEntries(Object.keys(COMPLETE).map((name) => [name, () => asked.push(name)]));
  const checks = await inspect(listen, { account: '210987654321' });
  expect(checks).toEqual([expect.objectContaining({ name: 'AWS credentials', ok: false, required: true })]);
  expect(checks[0]?.advice).toMatch(/of account 123456789012.*targets\.aws\.account is 210987654321/);
  expect(asked).toEqual([]);
});

test('expired credentials are said to be that, once', async () => {
  const expired = () => {
    throw refusal('ExpiredToken', 403, 'The security token included in the request is expired');
  };
  const checks = await inspect({ GetCallerIdentityCommand: expired });
  expect(checks).toEqual([
    expect.objectContaining({ ok: false, required: true, advice: expect.stringMatching(/expired.*Get new credentials/) }),
  ]);
});

test('an account that is not bootstrapped, or long ago, is told the command', async () => {
  const bare = clientsOf({});
  const [, none] = await inspectAccount(bare, policy(), { reserves: RESERVES });
  expect(none).toMatchObject({
    name: 'bootstrap',
    ok: false,
    required: true,
    advice: expect.stringContaining(bootstrapCommand({ account: '123456789012', region: 'eu-west-1', partition: 'aws' })),
  });
  await furnish(bare, '5');
  const [, old] = await inspectAccount(bare, policy(), { reserves: RESERVES });
  expect(old).toMatchObject({ name: 'bootstrap', ok: false, found: 'version 5' });
});

test('a ledger without versioning, without a bucket, without a name', async () => {
  const clients = clientsOf({});
  const missing = foundIn(await inspectAccount(clients, policy(), { reserves: RESERVES }), 'ledger');
  expect(missing).toMatchObject({ ok: false, required: true, found: 'no answer', advice: expect.stringMatching(/NoSuchBucket/) });
  await furnish(clients);
  await clients.s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Suspended' } }));
  expect(foundIn(await inspectAccount(clients, policy(), { reserves: RESERVES }), 'ledger')).toMatchObject({
    ok: false,
    required: true,
    found: `${BUCKET}, versioning Suspended`,
  });
  const { ledger: _, ...nameless } = policy().targets.aws ?? never();
  const unnamed = { ...policy(), targets: { ...policy().targets, aws: nameless } };
  expect(foundIn(await inspectAccount(clients, unnamed, { reserves: RESERVES }), 'ledger')).toMatchObject({ ok: false, required: false });
});

test.each<[string, Answers, string, RegExp]>([
  ['a number that AWS does not tell', { GetAccountSettingsCommand: () => ({}) }, 'Lambda concurrency', /told no number/],
  ['no right to metrics', { GetMetricDataCommand: forbidden }, 'staging: metrics', /AccessDenied.*role lacks this right/],
  [
    'metrics that answer Forbidden',
    { GetMetricDataCommand: () => ({ MetricDataResults: [{ StatusCode: 'Forbidden' }] }) },
    'staging: metrics',
    /GetMetricData/,
  ],
  ['metrics that answer nothing', { GetMetricDataCommand: () => ({}) }, 'staging: metrics', /GetMetricData/],
  ['no right to the cache', { DescribeReplicationGroupsCommand: forbidden }, 'staging: cache', /AccessDenied/],
  ['no right to the function', { GetAliasCommand: forbidden }, 'staging: function', /AccessDenied/],
  ['no right to the stacks', { DescribeStacksCommand: forbidden }, 'staging: place', /AccessDenied/],
  ['a right to production that is missing', { GetDeploymentGroupCommand: forbidden }, 'production: CodeDeploy', /AccessDenied/],
  [
    'a service that does not answer',
    { GetAliasCommand: () => Promise.reject(refusal('TimeoutError', 500)) },
    'staging: function',
    /did not answer/,
  ],
  [
    'a stack that lacks an output',
    { DescribeStacksCommand: ({ StackName: name }) => ({ Stacks: [stack(String(name), { Outputs: [] })] }) },
    'staging: place',
    /has no output/,
  ],
  [
    'a stack that is rolled back',
    { DescribeStacksCommand: ({ StackName: name }) => ({ Stacks: [stack(String(name), { StackStatus: 'ROLLBACK_COMPLETE' })] }) },
    'staging: place',
    /can only be deleted/,
  ],
  ['no staging', { DescribeStacksCommand: onlyDelivery }, 'staging: place', /never deployed/],
  [
    'a canary that nothing takes back',
    { GetDeploymentGroupCommand: () => ({ deploymentGroupInfo: {} }) },
    'production: CodeDeploy',
    /would not be taken back/,
  ],
  ['no alarm', { DescribeAlarmsCommand: () => ({ MetricAlarms: [] }) }, 'production: watch alarm', /Deploy the stack again/],
])('%s is a required check that failed', async (_, answers, name, advice) => {
  const found = foundIn(await inspect(answers), name);
  expect(found).toMatchObject({ ok: false, required: true, advice: expect.stringMatching(advice) });
});

test('what moto does not know of Lambda is no answer, and no answer is not fine', async () => {
  const { GetServiceQuotaCommand: _, ...rest } = COMPLETE;
  const clients = answering(newClients(), rest);
  expect(foundIn(await inspectAccount(clients, policy(), { reserves: RESERVES }), 'Lambda quota')).toMatchObject({
    ok: false,
    required: true,
    found: 'no answer',
  });
});

test('production that was never promoted is no fault', async () => {
  const answer: Answers = {
    DescribeStacksCommand: ({ StackName: name }) =>
      name === 'CheckInProduction' ? missingStack(String(name)) : { Stacks: [stack(String(name))] },
  };
  const checks = await inspect(answer);
  expect(checks.filter(({ ok }) => !ok)).toEqual([expect.objectContaining({ name: 'production: place', required: false })]);
});

test('a job with rights on one tier asks of that tier only', async () => {
  const clients = clientsOf({});
  await furnish(clients);
  const checks = await inspectAccount(clients, policy(), { reserves: RESERVES, tiers: ['staging'] });
  expect(checks.filter(({ name }) => name.startsWith('production'))).toEqual([]);
});

test("a node's limit that ElastiCache has not, and a need above the limit, are found without asking", async () => {
  const above = { ...policy(), production: { peakConcurrency: 1_000, cacheMaxConnectionsPerNode: 65_001 } };
  const needy = { ...policy(), production: { peakConcurrency: 11_000, cacheMaxConnectionsPerNode: 65_000 } };
  const clients = clientsOf({});
  expect(foundIn(await inspectAccount(clients, above, { reserves: RESERVES }), 'cache connections')).toMatchObject({
    ok: false,
    advice: expect.stringMatching(/65000/),
  });
  expect(foundIn(await inspectAccount(clients, needy, { reserves: RESERVES }), 'cache connections')).toMatchObject({
    ok: false,
    found: expect.stringMatching(/66000/),
  });
});

describe('the command', () => {
  test('without a region is one clear error', async () => {
    const { AWS_REGION: region } = process.env;
    delete process.env['AWS_REGION'];
    await expect(run('--target', 'aws')).rejects.toThrow(/no region: set AWS_REGION/);
    process.env['AWS_REGION'] = region;
  });

  test.each([
    [['--target', 'azure'], /azure/],
    [['--target', 'aws', '--tier', 'canary'], /canary/],
    [['--tier', 'staging'], /--target aws/],
  ])('refuses %j', async (argv, message) => {
    await expect(run(...argv)).rejects.toThrow(message);
  });

  test('prints what is missing and ends with 1', async () => {
    process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'] = `${moto.url}`;
    const { code, text } = await run('--target', 'aws', '--tier', 'staging', '--json');
    delete process.env['AWS_ENDPOINT_URL_CLOUDFORMATION'];
    const { ok, checks } = JSON.parse(text);
    expect([code, ok]).toEqual([1, false]);
    expect(checks).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'bootstrap', ok: false })]));
  });
});

async function inspect(answers: Answers, change: Partial<NonNullable<Policy['targets']['aws']>> = {}) {
  const clients = clientsOf(answers);
  await furnish(clients);
  const { targets, ...rest } = policy();
  const aws = targets.aws ?? never();
  return inspectAccount(clients, { ...rest, targets: { ...targets, aws: { ...aws, ...change } } }, { reserves: RESERVES });
}

function clientsOf(answers: Answers): AwsClients {
  return answering(newClients(), { ...COMPLETE, ...answers });
}

function newClients(): AwsClients {
  const clients = awsClients({ region: 'eu-west-1' });
  opened.push(clients);
  return clients;
}

function foundIn(checks: Awaited<ReturnType<typeof inspectAccount>>, name: string) {
  return checks.find((check) => check.name === name);
}

function foundBy(checks: Awaited<ReturnType<typeof inspectAccount>>, name: string): string | undefined {
  return foundIn(checks, name)?.found;
}
