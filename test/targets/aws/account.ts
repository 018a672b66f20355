import { createServer } from 'node:http';
import { CreateReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type AwsClients, awsClients } from '../../../src/aws/clients';
import { type Replay, type ServiceName, startReplay } from '../../support/aws-replay';
import { type Moto, startMoto } from '../../support/moto';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
export const FUNCTION = 'check-in-staging';
export const ALIAS = 'live';
export const GROUP = 'check-in-staging';

/** An AWS account of two halves: what moto implements, and CloudFormation and CodeDeploy as a test scripts them. */
export interface Account {
  readonly moto: Moto;
  readonly replay: Replay;
  readonly clients: AwsClients;
  close(): Promise<void>;
}

/**
 * Sets the process's environment so that the SDK's clients talk to it; `close` puts it back.
 * @param watched services of moto whose requests the replay records, and may be told to refuse
 */
export async function startAccount(watched: readonly ServiceName[] = []): Promise<Account> {
  const [moto, replay] = await Promise.all([startMoto(), startReplay({ services: ['cloudformation', 'codedeploy', ...watched] })]);
  for (const service of watched) replay.forward(service, moto.url);
  const before = { ...process.env };
  Object.assign(process.env, moto.environment, replay.environment);
  const clients = awsClients({ region: REGION });
  return {
    moto,
    replay,
    clients,
    close: async () => {
      clients.destroy();
      await Promise.all([moto.close(), replay.close()]);
      process.env = before;
    },
  };
}

/** The parts of a tier that serves `packages[0]` as version 1; the others are published after it. */
export async function installTier({ moto, clients }: Account, packages: readonly Uint8Array[], aliasVersion = '1'): Promise<void> {
  const { lambda, elastiCache } = clients;
  const [first, ...later] = packages;
  await createRole(moto.url, 'function');
  const Role = `arn:aws:iam::${ACCOUNT}:role/function`;
  await lambda.send(
    new CreateFunctionCommand({ FunctionName: FUNCTION, Runtime: 'nodejs24.x', Role, Handler: 'index.handler', Code: { ZipFile: first } }),
  );
  await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
  for (const ZipFile of later) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: FUNCTION, ZipFile }));
    await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
  }
  await lambda.send(new CreateAliasCommand({ FunctionName: FUNCTION, Name: ALIAS, FunctionVersion: aliasVersion }));
  await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: FUNCTION, ReservedConcurrentExecutions: 20 }));
  await elastiCache.send(
    new CreateReplicationGroupCommand({
      ReplicationGroupId: GROUP,
      ReplicationGroupDescription: 'cache of a test',
      Engine: 'valkey',
      CacheNodeType: 'cache.t4g.small',
      NumNodeGroups: 1,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
    }),
  );
}

export async function bootstrap({ clients }: Account): Promise<void> {
  await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }));
}

/** By hand: no client of IAM is among our dependencies. moto checks no signature. */
async function createRole(url: string, name: string): Promise<void> {
  const trust = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261124/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none' },
    body: new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: name, AssumeRolePolicyDocument: trust }),
  });
  if (!response.ok) throw new Error(`moto made no role: HTTP ${response.status}`);
}

/** A server that gives one answer to everything: for what moto cannot be brought to say. */
export async function answering(body: object): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => response.end(JSON.stringify(body)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, close: () => server.close() };
}
