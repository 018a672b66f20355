import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient, PutFunctionConcurrencyCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { describeTier, trafficOf } from '../../../src/targets/aws/describe';
import { servingVersion, versionOf, versionOfPackage } from '../../../src/targets/aws/versions';
import type { Answer } from '../../support/aws-replay';
import { type Account, ALIAS, answering, FUNCTION, GROUP, installTier, REGION, startAccount } from './account';
import { sha256 } from './assemblies';
import { contextOf, POLICY } from './context';
import { ASSEMBLY_DIGEST, NO_STACK, SHIFT, stacks, UPDATED } from './stacks';

const [first, second] = ['first', 'second'].map((code) => zipSync({ 'index.js': new TextEncoder().encode(code) }));
if (first === undefined || second === undefined) throw new Error('two packages');

let account: Account;
beforeAll(async () => {
  account = await startAccount(['elasticache']);
  await installTier(account, [first, second, first]);
});
afterAll(() => account.close());
beforeEach(() => pointAlias('1'));

function pointAlias(version: string, weights: Record<string, number> = {}): Promise<unknown> {
  return account.clients.lambda.send(
    new UpdateAliasCommand({
      FunctionName: FUNCTION,
      Name: ALIAS,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: weights },
    }),
  );
}

function serves(...answers: readonly Answer[]): void {
  account.replay.script('cloudformation', 'DescribeStacks', answers);
}

describe('a tier given by its stack', () => {
  test('is what the outputs, the alias and the replication group say', async () => {
    serves(stacks('UPDATE_COMPLETE', { LastUpdatedTime: new Date(Date.now() + 60_000) }));
    await pointAlias('2');
    const description = await describeTier(contextOf(account), 'staging');
    expect(description).toEqual({
      tier: 'staging',
      apiUrl: 'https://abcdef1234.execute-api.eu-west-1.amazonaws.com',
      servingDigest: `sha256:${sha256(second)}`,
      assemblyDigest: ASSEMBLY_DIGEST,
      deployedAt: expect.any(Date),
      identity: {
        apiId: 'abcdef1234',
        apiStage: '$default',
        functionName: FUNCTION,
        alias: ALIAS,
        version: '2',
        previousVersion: null,
        nodes: [
          { cacheClusterId: `${GROUP}-001`, cacheNodeId: '0001', role: 'primary' },
          { cacheClusterId: `${GROUP}-002`, cacheNodeId: '0001', role: 'replica' },
        ],
        monitoringConnectionsPerNode: 4,
        reservedConcurrency: 20,
      },
    });
    expect(account.replay.problems()).toEqual([]);
  });

  test('began to serve when its stack moved the alias, or when the version was made if that was later', async () => {
    const moved = new Date('2099-01-01T00:00:00.000Z');
    serves(stacks('UPDATE_COMPLETE', { LastUpdatedTime: moved }));
    expect((await describeTier(contextOf(account), 'staging')).deployedAt).toEqual(moved);
    serves(stacks('UPDATE_COMPLETE', { LastUpdatedTime: UPDATED }));
    const { modifiedAt } = await servingVersion(account.clients, FUNCTION, ALIAS);
    expect((await describeTier(contextOf(account), 'staging')).deployedAt).toEqual(modifiedAt);
    expect(modifiedAt.getTime()).toBeGreaterThan(UPDATED.getTime());
  });

  test('serves what it served before when its last update was taken back, and that is said', async () => {
    serves(stacks('UPDATE_ROLLBACK_COMPLETE'));
    const context = contextOf(account);
    expect((await describeTier(context, 'staging')).identity.version).toBe('1');
    expect(context.said).toEqual(['CheckInStaging: CloudFormation took its last update back; staging is what it was before.']);
  });

  test('of production has the outputs that CodeDeploy is asked by', async () => {
    serves(stacks('UPDATE_COMPLETE', { outputs: SHIFT }));
    expect((await describeTier(contextOf(account), 'production')).tier).toBe('production');
    serves(stacks('UPDATE_COMPLETE', { outputs: { ...SHIFT, CanaryWatchAlarm: null } }));
    await expect(describeTier(contextOf(account), 'production')).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/CheckInStaging is in UPDATE_COMPLETE but has no output CanaryWatchAlarm/),
    });
  });

  test.each(['ApiUrl', 'ApiStage', 'FunctionAlias', 'ReplicationGroupId', 'AssemblyDigest'])(
    'is refused without its output %s',
    async (name) => {
      serves(stacks('CREATE_COMPLETE', { outputs: { [name]: null } }));
      await expect(describeTier(contextOf(account), 'staging')).rejects.toThrow(`has no output ${name}`);
    },
  );

  test.each([
    ['UPDATE_IN_PROGRESS', /UPDATE_IN_PROGRESS.*Wait until that is done/],
    ['UPDATE_ROLLBACK_IN_PROGRESS', /takes a change back/],
    ['ROLLBACK_COMPLETE', /first creation failed.*delete-stack --stack-name CheckInStaging --region eu-west-1/],
    ['UPDATE_ROLLBACK_FAILED', /continue-update-rollback --stack-name CheckInStaging/],
    ['DELETE_FAILED', /deletion was begun/],
  ])('is refused in %s, with what to do', async (status, words) => {
    serves(stacks(status));
    await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(words),
    });
  });

  test.each([
    ['never made', NO_STACK],
    ['only under review', stacks('REVIEW_IN_PROGRESS')],
  ])('that was %s is said to be missing', async (_, answer) => {
    serves(answer);
    await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
      problem: 'not-found',
      message: expect.stringMatching(/no stack CheckInStaging in account 123456789012, region eu-west-1/),
    });
  });

  test.each(['FunctionName', 'ReplicationGroupId'])('whose %s was deleted by hand says so', async (output) => {
    serves(stacks('UPDATE_COMPLETE', { outputs: { [output]: 'gone' } }));
    await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
      problem: 'not-found',
      message: expect.stringMatching(/CheckInStaging is complete, but a part that it names is gone: was it deleted by hand\?.*gone/),
    });
  });
});

describe('a tier given by identities', () => {
  const given = { apiId: 'abcdef1234', functionName: FUNCTION, alias: ALIAS, replicationGroupId: GROUP };
  const policy = { ...POLICY, staging: given };

  test('is described without a stack', async () => {
    const description = await describeTier(contextOf(account, { policy }), 'staging');
    expect(description).toMatchObject({
      apiUrl: 'https://abcdef1234.execute-api.eu-west-1.amazonaws.com',
      assemblyDigest: null,
      identity: { apiStage: '$default', version: '1', reservedConcurrency: 20 },
    });
  });

  test('has its API at a local stand-in when one is named', async () => {
    const environment = { AWS_ENDPOINT_URL_EXECUTE_API: 'http://127.0.0.1:8080/' };
    expect((await describeTier(contextOf(account, { policy, environment }), 'staging')).apiUrl).toBe('http://127.0.0.1:8080');
  });

  test('with an unknown replication group names it', async () => {
    const wrong = { ...policy, staging: { ...given, replicationGroupId: 'nobody' } };
    await expect(describeTier(contextOf(account, { policy: wrong }), 'staging')).rejects.toMatchObject({
      problem: 'not-found',
      message: expect.stringMatching(/Could not read the replication group nobody \(ReplicationGroupNotFoundFault/),
    });
  });
});

test('an alias that is split outside of a shift is refused, with the shares', async () => {
  serves(stacks('UPDATE_COMPLETE'));
  await pointAlias('1', { '2': 0.1 });
  await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
    problem: 'rejected',
    message: expect.stringMatching(/version 1 serves with version 2 at 10 %/),
  });
});

test('who gets the requests is known where a tier cannot be described, too', async () => {
  for (const status of ['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED'] as const) {
    serves(stacks(status));
    await pointAlias('2', { '1': 0.1 });
    await expect(describeTier(contextOf(account), 'staging')).rejects.toThrow(status);
    serves(stacks(status));
    expect(await trafficOf(contextOf(account), 'staging')).toEqual({ main: `sha256:${sha256(second)}`, whole: false });
    serves(stacks(status));
    await pointAlias('2');
    expect(await trafficOf(contextOf(account), 'staging')).toMatchObject({ whole: true });
  }
});

test('a function that is switched off is refused', async () => {
  serves(stacks('UPDATE_COMPLETE'));
  const reserve = (environments: number): Promise<unknown> =>
    account.clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: FUNCTION, ReservedConcurrentExecutions: environments }));
  await reserve(0);
  await expect(describeTier(contextOf(account), 'staging')).rejects.toThrow(/switched off: its reserved concurrency is 0/);
  await reserve(20);
});

test.each([
  [
    'no roles (cluster mode)',
    [{ NodeGroupMembers: [{ CacheClusterId: 'a-001', CacheNodeId: '0001' }] }],
    /no role of node a-001.*cluster mode disabled/,
  ],
  ['no nodes yet', [], /\(creating\) has no nodes/],
])('a replication group with %s is refused', async (_, NodeGroups, words) => {
  serves(stacks('UPDATE_COMPLETE'));
  account.replay.script('elasticache', 'DescribeReplicationGroups', [{ ReplicationGroups: [{ Status: 'creating', NodeGroups }] }]);
  await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
    problem: 'rejected',
    message: expect.stringMatching(words),
  });
  account.replay.script('elasticache', 'DescribeReplicationGroups', []);
});

test('nodes are asked for each time: a failover and a replacement are seen', async () => {
  serves(stacks('UPDATE_COMPLETE'));
  const member = (CacheClusterId: string, CurrentRole: string) => ({ CacheClusterId, CacheNodeId: '0001', CurrentRole });
  const groups = [[member('a-003', 'replica'), member('a-002', 'primary')]].map((NodeGroupMembers) => ({ NodeGroupMembers }));
  account.replay.script('elasticache', 'DescribeReplicationGroups', [{ ReplicationGroups: [{ NodeGroups: groups }] }]);
  const { nodes } = (await describeTier(contextOf(account), 'staging')).identity;
  expect(nodes.map(({ cacheClusterId, role }) => `${cacheClusterId} ${role}`)).toEqual(['a-002 primary', 'a-003 replica']);
  account.replay.script('elasticache', 'DescribeReplicationGroups', []);
});

test('a time as Lambda writes it is understood', async () => {
  const server = await answering({ CodeSha256: 'AAAA', LastModified: '2026-11-24T09:01:42.133+0000' });
  const lambda = new LambdaClient({ region: REGION, endpoint: server.url });
  expect(await versionOf({ ...account.clients, lambda }, FUNCTION, '1')).toEqual({
    digest: 'sha256:000000',
    modifiedAt: new Date('2026-11-24T09:01:42.133Z'),
  });
  lambda.destroy();
  server.close();
});

test('the newest version with a package is found; a package that no version holds is not', async () => {
  expect(await versionOfPackage(account.clients, FUNCTION, `sha256:${sha256(first)}`)).toBe('3');
  expect(await versionOfPackage(account.clients, FUNCTION, `sha256:${sha256(second)}`)).toBe('2');
  expect(await versionOfPackage(account.clients, FUNCTION, `sha256:${sha256('none')}`)).toBeNull();
});

describe('AWS that does not answer', () => {
  test('is asked again when it throttles', async () => {
    serves(stacks('UPDATE_COMPLETE'));
    account.replay.fault('cloudformation', { kind: 'throttle', times: 2 });
    expect((await describeTier(contextOf(account), 'staging')).identity.version).toBe('1');
  });

  test('is given up when it only throttles', async () => {
    const cloudFormation = new CloudFormationClient({ region: REGION, maxAttempts: 2 });
    account.replay.fault('cloudformation', { kind: 'throttle', times: 2 });
    await expect(describeTier(contextOf({ clients: { ...account.clients, cloudFormation } }), 'staging')).rejects.toMatchObject({
      problem: 'transient',
      message: expect.stringMatching(/Could not read the stack CheckInStaging \(Throttling.*run it again/),
    });
    cloudFormation.destroy();
  });

  test('names expired credentials', async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId = '' } = account.replay.environment;
    account.replay.fault('cloudformation', { kind: 'expired', accessKeyId });
    await expect(describeTier(contextOf(account), 'staging')).rejects.toMatchObject({
      problem: 'credentials',
      message: expect.stringMatching(/ExpiredToken.*Get new credentials/),
    });
  });
});
