import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { CreateReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  type LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { CACHE_ENV, LAMBDA_HANDLER } from '../../../src/contract';
import type { Tier } from '../../../src/gates/vocabulary';
import { MONITORING_CONNECTIONS_PER_NODE } from '../../../src/targets/aws/nodes';
import type { TwinTier } from '../../../src/twin/twin';
import type { MoveAlias } from '../../targets/aws/code-deploy-double';
import type { Hands } from './hands';

/** A tier's function and cache, twice: what moto says of them, and the twin's, which serves. Names and numbers are the same in both. */
export interface LocalTier {
  readonly name: Tier;
  readonly functionName: string;
  readonly alias: string;
  readonly replicationGroupId: string;
  /** Makes the cache and, with its first package, the function. */
  create(zip: Buffer, reservedConcurrency: number | null): Promise<string>;
  /** @returns the version; an earlier one when moto has it already with this code as its newest */
  publish(zip: Buffer): Promise<string>;
  readonly moveAlias: MoveAlias;
  close(): void;
}

export interface LocalTierOptions {
  readonly twin: TwinTier;
  readonly hands: Pick<Hands, 'lambda' | 'elastiCache'>;
  readonly role: string;
  /** For the packages. */
  readonly directory: string;
}

/** The twin's own sampler is one of them. */
const OPENED_PER_NODE = MONITORING_CONNECTIONS_PER_NODE - 1;

export function localTier({ twin, hands, role, directory }: LocalTierOptions): LocalTier {
  const FunctionName = `tidegate-${twin.name}`;
  const Name = 'live';
  const replicationGroupId = `tidegate-${twin.name}`;
  const { lambda, elastiCache } = hands;
  const published = new Set<string>();
  const monitors: Socket[] = [];
  let hasAlias = false;

  const publishOnTwin = async (zip: Buffer, version: string): Promise<string> => {
    if (published.has(version)) return version;
    const digest = createHash('sha256').update(zip).digest('hex');
    const zipPath = join(directory, `${digest}.zip`);
    await writeFile(zipPath, zip);
    const environment = { [CACHE_ENV.primaryUrl]: '{cache.primary}', [CACHE_ENV.readerUrl]: '{cache.reader}' };
    const onTwin = await twin.publish({ digest: `sha256:${digest}`, zipPath, handler: LAMBDA_HANDLER, environment });
    if (onTwin !== version) throw new Error(`version ${version} of moto is ${onTwin} on the twin`);
    published.add(version);
    return version;
  };
  const moveAlias: MoveAlias = async (version, other) => {
    twin.pointAlias(version, other === undefined ? null : { secondary: other.version, weight: other.weight });
    const RoutingConfig = { AdditionalVersionWeights: other === undefined ? {} : { [other.version]: other.weight } };
    if (hasAlias) await lambda.send(new UpdateAliasCommand({ FunctionName, Name, FunctionVersion: version, RoutingConfig }));
    else await lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: version }));
    hasAlias = true;
  };
  return {
    name: twin.name,
    functionName: FunctionName,
    alias: Name,
    replicationGroupId,
    async create(zip, reserved) {
      await lambda.send(
        new CreateFunctionCommand({ FunctionName, Runtime: 'nodejs24.x', Role: role, Handler: LAMBDA_HANDLER, Code: { ZipFile: zip } }),
      );
      if (reserved !== null) await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }));
      twin.setReservedConcurrency(reserved);
      await elastiCache.send(cacheOf(replicationGroupId));
      const version = await publishOnTwin(zip, await publishedIn(lambda, FunctionName));
      monitors.push(...monitorsOf(twin));
      return version;
    },
    async publish(zip) {
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip }));
      return publishOnTwin(zip, await publishedIn(lambda, FunctionName));
    },
    moveAlias,
    close() {
      for (const socket of monitors) socket.destroy();
    },
  };
}

async function publishedIn(lambda: LambdaClient, FunctionName: string): Promise<string> {
  const { Version: version = '' } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  return version;
}

function cacheOf(ReplicationGroupId: string): CreateReplicationGroupCommand {
  return new CreateReplicationGroupCommand({
    ReplicationGroupId,
    ReplicationGroupDescription: 'stands for the cache of the twin',
    Engine: 'valkey',
    CacheNodeType: 'cache.t4g.small',
    NumNodeGroups: 1,
    ReplicasPerNodeGroup: 1,
    AutomaticFailoverEnabled: true,
  });
}

/** ElastiCache keeps connections of its own on each node. */
function monitorsOf({ cache }: TwinTier): Socket[] {
  return cache.nodes().flatMap(({ host, port }) =>
    Array.from({ length: OPENED_PER_NODE }, () => {
      const socket = connect(port, host);
      // The server may go first.
      socket.on('error', () => socket.destroy());
      return socket;
    }),
  );
}
