import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { NODE } from '../lambda/support';

/** A TCP server that echoes and remembers what happened to each connection. */
export interface EchoServer {
  readonly port: number;
  readonly sockets: Socket[];
  /** Connections whose other side has said that it is done. */
  ended(): number;
  open(): number;
  stop(): void;
}

export async function startEchoServer(greeting = ''): Promise<EchoServer> {
  const sockets: Socket[] = [];
  let ended = 0;
  let open = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    open += 1;
    if (greeting !== '') socket.write(greeting);
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('end', () => {
      ended += 1;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    ended: () => ended,
    open: () => open,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A client with what it has received so far. */
export interface Client {
  readonly socket: Socket;
  received(): string;
  /** 'open', 'closed', or the code of the error that ended it. */
  fate(): string;
}

export async function connectClient(port: number, host = 'localhost'): Promise<Client> {
  const socket = connect({ port, host });
  let received = '';
  let fate = 'open';
  socket.on('data', (chunk: Buffer) => {
    received += chunk;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    fate = error.code ?? error.message;
  });
  socket.on('close', () => {
    if (fate === 'open') fate = 'closed';
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return { socket, received: () => received, fate: () => fate };
}

/** A process of its own that holds `count` connections and closes one of them for each line on its stdin. */
export function startHolder(port: number, count: number): ChildProcess {
  const program = `
    const net = require('node:net');
    const sockets = Array.from({ length: ${count} }, () => net.connect({ host: 'localhost', port: ${port} }));
    process.stdin.on('data', () => sockets.pop().end());
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);`;
  return spawn(NODE, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] });
}
