import { z } from 'zod';
import type { Cache, CacheNode, TierHealth } from '../ports';
import { CACHE_HOST, startValkeyServer, type ValkeyServer } from './valkey-server';

/** ElastiCache's limit of connections per node. */
const ELASTICACHE_MAX_CLIENTS = 65_000;

/** ElastiCache's id of the only node of a cluster. */
const NODE_ID = '0001';

export interface CacheOptions {
  /** The executable: Valkey, or Redis from 7.0 on. */
  readonly valkeyServer: string;
  /** For the servers' logs; made if missing. */
  readonly directory: string;
  readonly replicationGroupId: string;
  /** Asked of each server; 65,000 by default. */
  readonly maxClients?: number;
}

export interface ValkeyCache extends Cache {
  /** What the servers really allow: they lower `maxclients` to what their descriptor limit carries. */
  readonly maxClients: number;
}

/** A cluster of the group. Its id stays when its server is replaced or its role changes, as on ElastiCache. */
interface Member {
  readonly cacheClusterId: string;
  role: CacheNode['role'];
  server: ValkeyServer;
}

type StartMember = (cacheClusterId: string, replicaOf: ValkeyServer | null) => Promise<ValkeyServer>;

/**
 * Starts a replication group of a primary and a replica, and returns when the replica follows the primary.
 * @throws Error when a server does not come up.
 */
export async function startCache(options: CacheOptions): Promise<ValkeyCache> {
  const { replicationGroupId } = options;
  const start: StartMember = (cacheClusterId, replicaOf) =>
    startValkeyServer({
      valkeyServer: options.valkeyServer,
      directory: options.directory,
      name: cacheClusterId,
      maxClients: options.maxClients ?? ELASTICACHE_MAX_CLIENTS,
      replicaOf,
    });
  const members = await startMembers(replicationGroupId, start);
  const inTurn = createTurns();
  let isReplacing = false;
  let broken: string | null = null;

  async function failover(): Promise<void> {
    const promoted = await promoteReplica(members);
    isReplacing = true;
    try {
      const lost = memberInRole(members, 'replica');
      lost.server = await start(lost.cacheClusterId, promoted.server);
    } finally {
      isReplacing = false;
    }
  }

  return {
    replicationGroupId,
    maxClients: await readMaxClients(members),
    nodes: () => members.map(describe),
    primary: () => addressOf(memberInRole(members, 'primary')),
    // Until there is another replica the reader endpoint leads to the one node that is left.
    reader: () => addressOf(memberInRole(members, isReplacing ? 'primary' : 'replica')),
    failover: () => inTurn(failover),
    health: () => healthOf(members, broken),
    kill(role) {
      broken = `the ${role} of ${replicationGroupId} was killed`;
      return inTurn(() => memberInRole(members, role).server.kill());
    },
    stop: () => inTurn(() => killAll(members)),
  };
}

async function startMembers(replicationGroupId: string, start: StartMember): Promise<readonly Member[]> {
  const [first, second] = [`${replicationGroupId}-001`, `${replicationGroupId}-002`] as const;
  const primary: Member = { cacheClusterId: first, role: 'primary', server: await start(first, null) };
  try {
    return [primary, { cacheClusterId: second, role: 'replica', server: await start(second, primary.server) }];
  } catch (cause) {
    await primary.server.kill();
    throw cause;
  }
}

/** A node that ended without being told breaks the tier, whatever the release does. */
function healthOf(members: readonly Member[], broken: string | null): TierHealth {
  if (broken !== null) return { ok: false, detail: broken };
  const lost = members.find(({ server }) => server.lost() !== null);
  return lost === undefined
    ? { ok: true }
    : { ok: false, detail: `cache node ${lost.cacheClusterId} (${lost.role}) ${lost.server.lost()}` };
}

/** Ends the primary and swaps the roles. */
async function promoteReplica(members: readonly Member[]): Promise<Member> {
  const lost = memberInRole(members, 'primary');
  const promoted = memberInRole(members, 'replica');
  await lost.server.kill();
  await promoted.server.converse((connection) => connection.command('REPLICAOF', 'NO', 'ONE'));
  promoted.role = 'primary';
  lost.role = 'replica';
  return promoted;
}

async function readMaxClients(members: readonly Member[]): Promise<number> {
  const read = ({ server }: Member) => server.converse((connection) => connection.command('CONFIG', 'GET', 'maxclients'));
  const replies = z.array(z.tuple([z.literal('maxclients'), z.coerce.number().int().positive()]));
  const limits = replies.parse(await Promise.all(members.map(read)));
  return Math.min(...limits.map(([, limit]) => limit));
}

async function killAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map(({ server }) => server.kill()));
}

/** One change of the group at a time: a stop in the middle of a failover would miss the server that is being started. */
function createTurns(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    last = last.then(work, work);
    return last;
  };
}

function memberInRole(members: readonly Member[], role: CacheNode['role']): Member {
  const member = members.find((candidate) => candidate.role === role);
  if (member === undefined) throw new Error(`The replication group has no ${role}`);
  return member;
}

function describe(member: Member): CacheNode {
  const { cacheClusterId, role } = member;
  return { cacheClusterId, cacheNodeId: NODE_ID, role, ...addressOf(member) };
}

function addressOf({ server }: Member): { readonly host: string; readonly port: number } {
  return { host: CACHE_HOST, port: server.port };
}
