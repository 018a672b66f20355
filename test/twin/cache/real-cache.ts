import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadToolchain } from '../../../src/pipeline/toolchain';
import { type CacheOptions, startCache, type ValkeyCache } from '../../../src/twin/cache/cache';

/** A cache of real servers in a directory that goes with it. */
export interface RealCache {
  readonly cache: ValkeyCache;
  readonly directory: string;
  stop(): Promise<void>;
}

export async function startRealCache(options: Partial<CacheOptions> = {}): Promise<RealCache> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-cache-'));
  const cache = await startCache({
    valkeyServer: loadToolchain().valkeyServer.path,
    directory,
    replicationGroupId: 'group',
    ...options,
  });
  return {
    cache,
    directory,
    async stop() {
      await cache.stop();
      await rm(directory, { recursive: true });
    },
  };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection that a client holds: nothing but a socket that has sent one PING. */
export async function openClient(address: Address): Promise<Socket> {
  const socket = connect(address.port, address.host);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
    socket.write('PING\r\n');
  });
  return socket;
}

/** The raw reply to one inline command, on a connection of its own: independent of the code under test. */
export async function ask(address: Address, command: string): Promise<string> {
  const socket = connect(address.port, address.host);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.once('end', resolve);
    socket.write(`${command}\r\nQUIT\r\n`);
  });
  socket.destroy();
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\+OK\r\n$/, '');
}

/** Waits for a condition. @throws Error naming it after 5 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await sleep(10);
  }
}
