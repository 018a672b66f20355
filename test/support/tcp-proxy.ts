import { connect, createServer, type Server, type Socket } from 'node:net';

/** A stretch of network between a client and a server that can go wrong. */
export interface TcpProxy {
  readonly port: number;
  /** Swallows everything on all connections, old and new, without closing any; false to let through again. */
  blackHole(on: boolean): void;
  /** Ends every connection as a server does that goes away: with a FIN. */
  cut(): void;
  /** New connections lead to another server, as after a change of a DNS record. */
  retarget(port: number): void;
  open(): number;
  close(): Promise<void>;
}

export async function startProxy(target: number): Promise<TcpProxy> {
  const state = { target, swallow: false };
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client);
    const upstream = connect(state.target, '127.0.0.1');
    relay(client, upstream, () => state.swallow);
    relay(upstream, client, () => state.swallow);
    client.once('close', () => clients.delete(client));
  });
  return {
    port: await listen(server),
    blackHole: (on) => {
      state.swallow = on;
    },
    cut: () => {
      for (const client of clients) client.end();
    },
    retarget: (port) => {
      state.target = port;
    },
    open: () => clients.size,
    close: () => {
      for (const client of clients) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function relay(from: Socket, to: Socket, swallow: () => boolean): void {
  from.on('data', (chunk) => {
    if (!swallow()) to.write(chunk);
  });
  from.once('close', () => to.destroy());
  from.on('error', () => to.destroy());
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}
