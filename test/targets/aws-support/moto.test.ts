import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateReplicationGroupCommand, DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { zipSync } from 'fflate';
import { deathTie } from '../../../src/twin/death-tie';
import { type Moto, startMoto } from '../../support/moto';

let moto: Moto;
let common: {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
};
beforeAll(async () => {
  moto = await startMoto();
  common = { region: 'eu-west-1', endpoint: moto.url, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' } };
});
afterEach(() => moto.reset());
afterAll(() => moto.close());

test('a function has versions, and an alias with a weight between two of them', async () => {
  const lambda = new LambdaClient(common);
  const [first, second] = ['1', '2'].map((text) => zipSync({ 'index.mjs': Buffer.from(text) }));
  const FunctionName = 'check-in';
  const Role = await moto.createRole('check-in');
  await lambda.send(
    new CreateFunctionCommand({ FunctionName, Role, Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { ZipFile: first } }),
  );
  const one = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: second }));
  const two = await lambda.send(new PublishVersionCommand({ FunctionName }));
  expect([one.Version, two.Version]).toEqual(['1', '2']);
  expect(one.CodeSha256).not.toBe(two.CodeSha256);
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } }));
  const live = await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  expect(live).toMatchObject({ FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } });
  const served = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
  expect(served.CodeSha256).toBe(one.CodeSha256);
  lambda.destroy();
});

test('a replication group tells its nodes', async () => {
  const elastiCache = new ElastiCacheClient(common);
  const ReplicationGroupId = 'check-in';
  const group = { ReplicationGroupId, ReplicationGroupDescription: 'cache', Engine: 'valkey', NumNodeGroups: 1, ReplicasPerNodeGroup: 1 };
  await elastiCache.send(new CreateReplicationGroupCommand({ ...group, AutomaticFailoverEnabled: true }));
  const { ReplicationGroups } = await elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }));
  expect(ReplicationGroups).toMatchObject([{ Status: 'available', MemberClusters: ['check-in-001', 'check-in-002'] }]);
  const absent = elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'other' }));
  await expect(absent).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
  elastiCache.destroy();
});

test('of many that write an object at once if it is absent, one succeeds', async () => {
  const s3 = new S3Client({ ...common, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'ledger' }));
  const puts = Array.from({ length: 6 }, (_, index) =>
    s3.send(new PutObjectCommand({ Bucket: 'ledger', Key: 'head', Body: String(index), IfNoneMatch: '*' })),
  );
  const outcomes = await Promise.allSettled(puts);
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
  expect(refusals).toEqual(Array(5).fill('PreconditionFailed'));
  s3.destroy();
});

test('STS knows the account and gives sessions, SSM keeps parameters', async () => {
  const [sts, ssm] = [new STSClient(common), new SSMClient(common)];
  expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
  const session = { RoleArn: 'arn:aws:iam::123456789012:role/qualify', RoleSessionName: 's' };
  const assumed = await sts.send(new AssumeRoleCommand(session));
  const federated = await sts.send(new AssumeRoleWithWebIdentityCommand({ ...session, WebIdentityToken: 'a.b.c', DurationSeconds: 900 }));
  for (const { Credentials } of [assumed, federated]) expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now());
  const Name = '/cdk-bootstrap/hnb659fds/version';
  await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
  await ssm.send(new PutParameterCommand({ Name, Value: '21', Type: 'String' }));
  expect((await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value).toBe('21');
  sts.destroy();
  ssm.destroy();
});

test('ends when it is closed', async () => {
  const other = await startMoto();
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow();
});

test('ends with whoever started it, where the system can tie them', async () => {
  const program = `require('${resolve(__dirname, '../../support/moto.ts')}').startMoto()
    .then(({ pid, close }) => { console.log(pid); process.on('SIGTERM', close); });`;
  const parent = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(parent.stdout, 'data');
  const pid = Number(said);
  expect(isAlive(pid)).toBe(true);
  parent.kill(deathTie().length > 0 ? 'SIGKILL' : 'SIGTERM');
  await once(parent, 'exit');
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await delay(20);
  const outlived = isAlive(pid);
  if (outlived) process.kill(pid, 'SIGKILL');
  expect(outlived).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
