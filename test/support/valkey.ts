import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { loadToolchain } from '../../src/pipeline/toolchain';
import { freePort } from '../../src/twin/cache/free-port';
import { spawnTied } from '../../src/twin/cache/spawn-tied';

const ADMIN = 'test-admin';

/** A real server of a test's own, empty and without persistence. */
export interface TestValkey {
  readonly port: number;
  readonly url: string;
  /** One command on a connection that `clients` does not count. */
  command(...args: readonly string[]): Promise<unknown>;
  /** Ids of the client connections that the server holds now, oldest first. */
  clients(): Promise<readonly number[]>;
  /** All connections that it has accepted since its start. */
  accepted(): Promise<number>;
  stop(): Promise<void>;
}

/** @param args more of the server's own options, e.g. `--maxclients`, `3` */
export async function startValkey(...args: readonly string[]): Promise<TestValkey> {
  return startValkeyOn(await freePort(), args);
}

export async function startValkeyOn(port: number, args: readonly string[] = []): Promise<TestValkey> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--repl-diskless-sync-delay', '0', ...args];
  const child = spawnTied(loadToolchain().valkeyServer.path, options);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const admin = createClient({ url: `redis://127.0.0.1:${port}`, name: ADMIN, socket: { reconnectStrategy: 20 } });
  admin.on('error', () => undefined);
  const failed = gone.then(() => Promise.reject(new Error(`the server did not start with ${args.join(' ')}`)));
  failed.catch(() => admin.destroy());
  await Promise.race([admin.connect(), failed]);
  const command = (...words: readonly string[]) => admin.sendCommand([...words]);
  const clients = async () => {
    const lines = String(await command('CLIENT', 'LIST', 'TYPE', 'normal'))
      .trim()
      .split('\n');
    const ids = lines.filter((line) => !line.includes(`name=${ADMIN}`)).map((line) => Number(/^id=(\d+)/.exec(line)?.[1] ?? 0));
    return ids.filter((id) => id > 0).sort((one, other) => one - other);
  };
  return {
    port,
    url: `redis://localhost:${port}`,
    command,
    clients,
    accepted: async () => Number(/total_connections_received:(\d+)/.exec(String(await command('INFO', 'stats')))?.[1]),
    stop: async () => {
      admin.destroy();
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Waits until something is so. @throws with the last value after two seconds */
export async function eventually<T>(read: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  const end = performance.now() + 2000;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)} after two seconds`);
    await sleep(10);
  }
}
