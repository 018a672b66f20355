import { z } from 'zod';

const count = z.coerce.number().int().nonnegative();
const seconds = z.coerce.number().nonnegative();

const fields = z.object({
  run_id: z.string().min(1),
  role: z.enum(['master', 'slave']),
  master_link_status: z.enum(['up', 'down']).optional(),
  master_link_down_since_seconds: z.coerce.number().optional(),
  master_repl_offset: count,
  slave_repl_offset: count.optional(),
  connected_clients: count,
  total_connections_received: count,
  keyspace_hits: count,
  keyspace_misses: count,
  used_memory: count,
  maxmemory: count,
  used_cpu_sys: seconds,
  used_cpu_user: seconds,
  used_cpu_sys_main_thread: seconds.optional(),
  used_cpu_user_main_thread: seconds.optional(),
});

/** The part of INFO that ElastiCache's metrics are made of. Counters run since the server's start. */
export interface NodeInfo {
  /** Changes when the server is another process. */
  readonly runId: string;
  readonly role: 'primary' | 'replica';
  /** Client connections without replication links. */
  readonly connections: number;
  readonly connectionsReceived: number;
  readonly keyspaceHits: number;
  readonly keyspaceMisses: number;
  /** CPU seconds of the thread that runs commands. */
  readonly engineCpuSeconds: number;
  readonly usedMemory: number;
  /** Bytes; 0 for no limit. */
  readonly maxMemory: number;
  readonly replicationOffset: number;
  /** Null on a primary. */
  readonly primaryLink: { readonly up: boolean; readonly downForSeconds: number } | null;
}

/**
 * Reads the reply of `INFO everything`.
 * @throws z.ZodError when a field is missing: a server that is too old.
 */
export function parseNodeInfo(text: string): NodeInfo {
  const info = fields.parse(toRecord(text));
  const up = info.master_link_status === 'up';
  const isReplica = info.role === 'slave';
  return {
    runId: info.run_id,
    role: isReplica ? 'replica' : 'primary',
    // A primary leaves its replicas out of connected_clients; a replica counts its own link to the primary in.
    connections: info.connected_clients - (isReplica && up ? 1 : 0),
    connectionsReceived: info.total_connections_received,
    keyspaceHits: info.keyspace_hits,
    keyspaceMisses: info.keyspace_misses,
    engineCpuSeconds: (info.used_cpu_sys_main_thread ?? info.used_cpu_sys) + (info.used_cpu_user_main_thread ?? info.used_cpu_user),
    usedMemory: info.used_memory,
    maxMemory: info.maxmemory,
    replicationOffset: isReplica ? (info.slave_repl_offset ?? 0) : info.master_repl_offset,
    primaryLink: isReplica ? { up, downForSeconds: Math.max(0, info.master_link_down_since_seconds ?? 0) } : null,
  };
}

function toRecord(text: string): Record<string, string> {
  const record: Record<string, string> = {};
  for (const row of text.split('\r\n')) {
    const colon = row.indexOf(':');
    if (colon > 0) record[row.slice(0, colon)] = row.slice(colon + 1);
  }
  return record;
}
