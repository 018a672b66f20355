import { createClient } from 'redis';

/** One connection to one server that never reconnects: its owner counts connections, so none may be made unseen. */
export interface NodeConnection {
  /**
   * @throws Error when the server does not answer within the deadline; the connection is then closed for good.
   */
  command(...words: readonly string[]): Promise<unknown>;
  /** False once the connection is lost or closed. */
  isOpen(): boolean;
  close(): void;
}

/**
 * @param options.deadlineMs For the connect and for each command, in milliseconds.
 * @throws Error when nothing listens or the server does not answer in time.
 */
export async function connectToNode(options: {
  readonly host: string;
  readonly port: number;
  readonly deadlineMs: number;
}): Promise<NodeConnection> {
  const { host, port, deadlineMs } = options;
  const client = createClient({
    socket: { host, port, connectTimeout: deadlineMs, reconnectStrategy: false },
    disableOfflineQueue: true,
    disableClientInfo: true,
    RESP: 2,
    maintNotifications: 'disabled',
  });
  // Without a listener a lost connection would end the process; what is lost shows in the next command.
  client.on('error', () => {});
  const close = () => {
    if (client.isOpen) client.destroy();
  };

  async function inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const refuse = () => reject(new Error(`${host}:${port} did not answer within ${deadlineMs} ms`));
      // If this process itself was busy, the answer may be waiting in the socket: look there once more.
      timer = setTimeout(() => setImmediate(refuse), deadlineMs);
    });
    try {
      return await Promise.race([work, late]);
    } catch (cause) {
      close();
      throw cause;
    } finally {
      clearTimeout(timer);
    }
  }

  await inTime(client.connect());
  return {
    command: (...words) => inTime(client.sendCommand([...words])),
    isOpen: () => client.isReady,
    close,
  };
}
