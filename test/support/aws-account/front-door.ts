import { createServer } from 'node:http';
import { forward } from '../aws-replay-forward';
import type { InvokeSessions } from './sessions';

/** API Gateway's IAM authorisation, in front of a gateway that has none. */
export interface FrontDoor {
  readonly url: string;
  /** Requests that were sent away, and those that were let in. */
  counts(): { readonly refused: number; readonly admitted: number };
  close(): Promise<void>;
}

export interface FrontDoorOptions {
  readonly sessions: InvokeSessions;
  /** ARN of the API's routes. */
  readonly resource: string;
  /** Where the gateway is, once there is one. */
  readonly gateway: () => string;
}

export async function startFrontDoor({ sessions, resource, gateway }: FrontDoorOptions): Promise<FrontDoor> {
  const counts = { refused: 0, admitted: 0 };
  const server = createServer(async (request, response) => {
    try {
      const body = Buffer.concat(await request.toArray());
      if (await sessions.admits(resource, request, body.toString('utf8'))) {
        counts.admitted += 1;
        await forward(gateway(), request, body, response);
      } else {
        counts.refused += 1;
        response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
      }
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', ready);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    counts: () => ({ ...counts }),
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
