import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * A server that gives one text to whoever knows a random token, on the loopback interface only: the way to hand a secret
 * to a child process that must not read it from its arguments or files and outlives it.
 */
export interface SecretServer {
  /** `http://127.0.0.1:port/` */
  readonly url: string;
  /** Sent as `Authorization: Bearer ...`. */
  readonly token: string;
  close(): Promise<void>;
}

/**
 * @param secret asked at every request; when it rejects the answer is 503 and says no more
 * @throws Error when no port can be listened on
 */
export async function serveSecret(secret: () => Promise<string>): Promise<SecretServer> {
  const token = randomBytes(32).toString('base64url');
  const expected = digest(`Bearer ${token}`);
  const server = createServer((request, response) => {
    // Digests have one length, so that the comparison takes the same time for every guess.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) void give(secret, request, response);
    else response.writeHead(401).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}/`, token, close: () => close(server) };
}

async function give(secret: () => Promise<string>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET') {
    response.writeHead(405).end();
    return;
  }
  try {
    const text = await secret();
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(text);
  } catch {
    response.writeHead(503).end();
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
