/** What one server of a replication group is started with. */
export interface ValkeySettings {
  readonly port: number;
  /** Its working directory; holds nothing but the log. */
  readonly directory: string;
  readonly logFile: string;
  readonly maxClients: number;
  /** Null for a primary. */
  readonly replicaOf: { readonly host: string; readonly port: number } | null;
}

/**
 * Command line of a server. Keepalive, timeout and client limit are ElastiCache's own; nothing is written to disk, and a
 * replica starts to synchronise at once (the default waits five seconds for a second one).
 */
export function valkeyArguments(settings: ValkeySettings): readonly string[] {
  const { replicaOf } = settings;
  return [
    // "-" before the second address: a machine without IPv6 may still run a cache.
    ...['--bind', '127.0.0.1', '-::1', '--port', String(settings.port), '--protected-mode', 'no'],
    ...['--dir', settings.directory, '--logfile', settings.logFile, '--daemonize', 'no'],
    ...['--save', '', '--appendonly', 'no'],
    ...['--maxclients', String(settings.maxClients), '--tcp-keepalive', '300', '--timeout', '0'],
    ...['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0', '--repl-diskless-load', 'on-empty-db'],
    ...(replicaOf === null ? [] : ['--replicaof', replicaOf.host, String(replicaOf.port)]),
  ];
}
