import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

export interface Result {
  readonly Id: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
  readonly StatusCode?: string;
  readonly Messages?: readonly { readonly Code: string; readonly Value: string }[];
}

export type Reply =
  | {
      readonly results: readonly Result[];
      readonly next?: string;
      readonly messages?: readonly { readonly Code: string; readonly Value: string }[];
    }
  /** `queryError` is what the header x-amzn-query-error says, e.g. `Throttling;Sender`. */
  | { readonly error: string; readonly status: number; readonly queryError?: string }
  | { readonly raw: 'hang' | 'cut' | 'no-json' };

export interface Asked {
  readonly MetricDataQueries: readonly { readonly Id: string; readonly MetricStat: Record<string, unknown> }[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: string;
  readonly NextToken?: string;
}

export interface ScriptedCloudWatch {
  readonly client: CloudWatchClient;
  readonly asked: readonly Asked[];
  stop(): Promise<void>;
}

/**
 * GetMetricData over the SDK's own protocol, answering what a test says, call by call (the last reply repeats).
 * The SDK itself does not retry here, so that each call of ours is one request.
 */
export async function scriptedCloudWatch(...replies: readonly Reply[]): Promise<ScriptedCloudWatch> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push(body);
      send(replies[Math.min(asked.length, replies.length) - 1] ?? { results: [] }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new CloudWatchClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    client,
    asked,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return JSON.parse((request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()) as Asked;
}

function send(reply: Reply, response: ServerResponse): void {
  if ('raw' in reply) {
    if (reply.raw === 'cut') response.destroy();
    if (reply.raw === 'no-json') response.end('<html>bad gateway</html>');
    return;
  }
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  if ('error' in reply) {
    response.statusCode = reply.status;
    if (reply.queryError !== undefined) response.setHeader('x-amzn-query-error', reply.queryError);
    response.end(JSON.stringify({ __type: `com.amazonaws.cloudwatch#${reply.error}`, message: 'as asked' }));
    return;
  }
  const results = reply.results.map((result) => ({ Label: result.Id, StatusCode: 'Complete', ...result }));
  response.end(
    JSON.stringify({
      MetricDataResults: results,
      Messages: reply.messages ?? [],
      ...(reply.next === undefined ? {} : { NextToken: reply.next }),
    }),
  );
}
