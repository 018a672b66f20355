import type { EnvironmentNetwork } from '../../../src/twin/network/environment-network';
import { createTierNetwork, type TierNetwork } from '../../../src/twin/network/tier-network';
import { pause, until } from '../lambda/support';
import { connectClient, type EchoServer, startEchoServer, startHolder } from './support';

const HOLD_MS = 600;

let primary: EchoServer;
let reader: EchoServer;
let current: EchoServer;
let tier: TierNetwork;
let network: EnvironmentNetwork;
let ports: { readonly primary: number; readonly reader: number };

beforeEach(async () => {
  primary = await startEchoServer();
  reader = await startEchoServer();
  current = primary;
  const at = (server: EchoServer) => ({ host: '127.0.0.1', port: server.port });
  tier = createTierNetwork({ primary: () => at(current), reader: () => at(reader) }, { holdMs: HOLD_MS, graceMs: 60 });
  network = await tier.open();
  const { p = '', r = '' } = network.expand({ p: '{cache.primary.port}', r: '{cache.reader.port}' });
  ports = { primary: Number(p), reader: Number(r) };
});
afterEach(() => {
  network.ended();
  tier.stop();
  primary.stop();
  reader.stop();
});

describe('The relay of an environment', () => {
  it('gives the addresses by name, whole or in parts, and leaves other values alone', () => {
    expect(network.expand({ a: '{cache.primary}', b: 'x={cache.reader.host}:{cache.reader.port}', c: '{other}' })).toEqual({
      a: `redis://localhost:${ports.primary}`,
      b: `x=localhost:${ports.reader}`,
      c: '{other}',
    });
  });

  it('passes bytes both ways, to the endpoint that was asked for', async () => {
    const [one, two] = [await connectClient(ports.primary, '127.0.0.1'), await connectClient(ports.reader)];
    const big = 'x'.repeat(300_000);
    one.socket.write(big);
    two.socket.write('two');
    await until(() => one.received() === big && two.received() === 'two');
    expect([primary.open(), reader.open(), tier.connections(), network.connections()]).toEqual([1, 1, 2, 2]);
  });

  it('leads new connections to the present primary, and leaves old ones where they are', async () => {
    const promoted = await startEchoServer('promoted');
    const old = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    current = promoted;
    const fresh = await connectClient(ports.primary);
    await until(() => fresh.received() === 'promoted');
    old.socket.write('still here');
    await until(() => old.received() === 'still here');
    promoted.stop();
  });

  it('tells the client when the cache closes, and resets it when the cache cannot be reached', async () => {
    const client = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    primary.sockets[0]?.end();
    await until(() => client.fate() === 'closed');
    primary.stop();
    const refused = await connectClient(ports.primary);
    await until(() => refused.fate() === 'ECONNRESET');
  });

  it('is silent in a black hole and goes on afterwards; nothing is lost', async () => {
    const client = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    tier.faults.blackHole(true);
    client.socket.write('lost?');
    const late = await connectClient(ports.primary);
    late.socket.write('late');
    await pause(200);
    expect([client.received(), client.fate(), late.fate(), primary.open()]).toEqual(['', 'open', 'open', 1]);
    tier.faults.blackHole(false);
    await until(() => client.received() === 'lost?' && late.received() === 'late');
  });

  it('keeps the connections of a lost primary open and silent, however dead it is', async () => {
    const [lost, other] = [await connectClient(ports.primary), await connectClient(ports.reader)];
    await until(() => primary.open() === 1 && reader.open() === 1);
    tier.faults.losePrimary();
    // Its kernel closes all that it had: the environment must not see it.
    primary.stop();
    lost.socket.write('anybody?');
    other.socket.write('here');
    await until(() => other.received() === 'here' && primary.open() === 0);
    await pause(100);
    expect([lost.received(), lost.fate(), tier.connections(), network.connections()]).toEqual(['', 'open', 2, 2]);
    lost.socket.end();
    await until(() => lost.fate() === 'closed' && tier.connections() === 1);
    expect(network.connections()).toBe(1);
  });

  it('leads new connections nowhere until the name of a lost primary has moved, then resets them', async () => {
    const promoted = await startEchoServer('promoted');
    const nameMoved = tier.faults.losePrimary();
    current = promoted;
    const early = await connectClient(ports.primary);
    early.socket.write('anybody?');
    await pause(100);
    expect([early.received(), early.fate(), promoted.open(), primary.open()]).toEqual(['', 'open', 0, 0]);
    nameMoved();
    await until(() => early.fate() === 'ECONNRESET');
    const fresh = await connectClient(ports.primary);
    await until(() => fresh.received() === 'promoted');
    nameMoved();
    expect([fresh.fate(), tier.connections()]).toEqual(['open', 1]);
    promoted.stop();
  });

  it('closes lost connections with the tier', async () => {
    const client = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    tier.faults.losePrimary();
    tier.stop();
    await until(() => client.fate() !== 'open' && tier.connections() === 0);
  });

  it('delays answers', async () => {
    const client = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    tier.faults.delay(200);
    const before = performance.now();
    client.socket.write('a');
    await until(() => client.received() === 'a');
    expect(performance.now() - before).toBeGreaterThanOrEqual(195);
  });

  it('cuts every connection once', async () => {
    const client = await connectClient(ports.primary);
    await until(() => primary.open() === 1);
    tier.faults.cut();
    await until(() => client.fate() === 'ECONNRESET' && primary.open() === 0);
    const next = await connectClient(ports.primary);
    next.socket.write('x');
    await until(() => next.received() === 'x');
  });
});

describe('A connection whose environment', () => {
  const CONNECTIONS = 30;

  async function hold() {
    const holder = startHolder(ports.primary, CONNECTIONS);
    network.attach(holder.pid as number);
    await until(() => primary.open() === CONNECTIONS);
    return holder;
  }
  const gone = (child: Awaited<ReturnType<typeof hold>>) => new Promise((resolve) => child.once('exit', resolve));

  it('closes it is closed at the cache at once', async () => {
    const holder = await hold();
    const before = Date.now();
    holder.stdin?.write('close\n');
    await until(() => primary.ended() === 1);
    expect(Date.now() - before).toBeLessThan(HOLD_MS / 2);
    await until(() => primary.open() === CONNECTIONS - 1);
    holder.kill('SIGKILL');
    await gone(holder);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('dies by %s stays open at the cache for the hold, and no longer', async (signal) => {
    const holder = await hold();
    const before = Date.now();
    holder.kill(signal);
    await gone(holder);
    await pause(HOLD_MS / 2);
    expect([primary.open(), primary.ended()]).toEqual([CONNECTIONS, 0]);
    await until(() => primary.open() === 0, 3_000);
    expect(Date.now() - before).toBeGreaterThanOrEqual(HOLD_MS);
  });

  it('is announced dead is held even if the process says goodbye, and takes no new connection', async () => {
    const client = await connectClient(ports.primary);
    network.ended();
    client.socket.end();
    await pause(HOLD_MS / 3);
    expect([primary.open(), primary.ended()]).toEqual([1, 0]);
    await expect(connectClient(ports.primary)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await until(() => primary.open() === 0);
  });
});
