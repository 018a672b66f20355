import { type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Passes a request on as it came, and the answer back as it comes. */
export async function forward(url: string, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const { hostname, port } = new URL(url);
  const answer = await new Promise<IncomingMessage>((answered, fail) => {
    const passed = openRequest({ hostname, port, method: request.method, path: request.url, headers: request.headers, agent: false });
    passed.once('response', answered).once('error', fail).end(body);
  });
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
