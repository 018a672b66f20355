import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port';
import { connectToNode, type NodeConnection } from './node-connection';
import { type NodeInfo, parseNodeInfo } from './node-info';
import { spawnTied } from './spawn-tied';
import { valkeyArguments } from './valkey-settings';

const READY_DEADLINE_MS = 10_000;
const COMMAND_DEADLINE_MS = 2_000;
const POLL_MS = 10;
/** A free port can be taken between its choice and its use. */
const START_ATTEMPTS = 3;

/** Name by which clients reach every server, as they reach ElastiCache: by name. */
export const CACHE_HOST = 'localhost';

export interface ValkeyServer {
  readonly port: number;
  /** Runs one exchange on a connection of its own, which is closed afterwards. */
  converse<T>(talk: (connection: NodeConnection) => Promise<T>): Promise<T>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** How the process ended without being asked to by `kill`; null while it runs or when it was asked. */
  lost(): string | null;
}

export interface StartServerOptions {
  readonly valkeyServer: string;
  readonly directory: string;
  /** Names the log file. */
  readonly name: string;
  readonly maxClients: number;
  readonly replicaOf: ValkeyServer | null;
}

/**
 * Starts a server and waits until it answers; a replica, until its link to the primary is up.
 * @throws Error with the end of the server's log when it does not come up within 10 s.
 */
export async function startValkeyServer(options: StartServerOptions): Promise<ValkeyServer> {
  await mkdir(options.directory, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, await freePort());
    } catch (cause) {
      if (attempt === START_ATTEMPTS || !isPortTaken(cause)) throw cause;
    }
  }
}

async function startOnce(options: StartServerOptions, port: number): Promise<ValkeyServer> {
  const { directory, maxClients, replicaOf } = options;
  const logFile = join(directory, `${options.name}-${port}.log`);
  const primary = replicaOf === null ? null : { host: CACHE_HOST, port: replicaOf.port };
  const child = spawnTied(options.valkeyServer, valkeyArguments({ port, directory, logFile, maxClients, replicaOf: primary }));
  let ended: string | null = null;
  let asked = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      ended = cause.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      ended = `ended with ${signal ?? `code ${code}`}`;
      resolve();
    });
  });
  const server: ValkeyServer = {
    port,
    converse: (talk) => converse(port, talk),
    lost: () => (asked ? null : ended),
    async kill() {
      asked = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
  try {
    await untilReady(server, replicaOf !== null, () => ended);
  } catch (cause) {
    await server.kill();
    throw new Error(`${options.valkeyServer} did not become ready. ${await logEnd(logFile)}`, { cause });
  }
  return server;
}

async function untilReady(server: ValkeyServer, isReplica: boolean, ended: () => string | null): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  for (;;) {
    const reason = ended();
    if (reason !== null) throw new Error(`The server ${reason}`);
    const missing = await whatIsMissing(server, isReplica);
    if (missing === null) return;
    if (Date.now() > deadline) throw new Error(`Not ready within ${READY_DEADLINE_MS} ms`, { cause: missing });
    await sleep(POLL_MS);
  }
}

/** Null when the server is ready. */
async function whatIsMissing(server: ValkeyServer, isReplica: boolean): Promise<unknown> {
  try {
    const info = await server.converse(readInfo);
    return !isReplica || info.primaryLink?.up === true ? null : 'the link to the primary is down';
  } catch (cause) {
    return cause;
  }
}

/** The metrics' raw material, as the server tells it now. */
export async function readInfo(connection: NodeConnection): Promise<NodeInfo> {
  return parseNodeInfo(String(await connection.command('INFO', 'everything')));
}

async function converse<T>(port: number, talk: (connection: NodeConnection) => Promise<T>): Promise<T> {
  const connection = await connectToNode({ host: CACHE_HOST, port, deadlineMs: COMMAND_DEADLINE_MS });
  try {
    return await talk(connection);
  } finally {
    connection.close();
  }
}

function isPortTaken(cause: unknown): boolean {
  return cause instanceof Error && /address already in use/i.test(cause.message);
}

async function logEnd(logFile: string): Promise<string> {
  try {
    return (await readFile(logFile, 'utf8')).split('\n').slice(-6).join('\n');
  } catch {
    return 'It wrote no log.';
  }
}
