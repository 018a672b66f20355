import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A TCP listener that answers to the name `localhost`, whichever address family it resolves to. */
export interface LoopbackListener {
  readonly port: number;
  close(): void;
}

export interface ListenerOptions {
  readonly allowHalfOpen: boolean;
  onConnection(socket: Socket): void;
}

/** @throws when no port is free on both address families after several tries. */
export async function listenOnLoopback(options: ListenerOptions): Promise<LoopbackListener> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const four = await listen(options, '127.0.0.1', 0);
    const { port } = four.address() as AddressInfo;
    try {
      const six = await listen(options, '::1', port);
      return { port, close: () => void [four, six].map((server) => server.close()) };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return { port, close: () => void four.close() };
      four.close();
      if (code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('No port is free on 127.0.0.1 and ::1 together');
}

function listen(options: ListenerOptions, host: string, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: options.allowHalfOpen, noDelay: true }, options.onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A thousand clients may connect within one instant: that is what the incident is about.
    server.listen({ host, port, backlog: 1024 }, () => resolve(server));
  });
}
