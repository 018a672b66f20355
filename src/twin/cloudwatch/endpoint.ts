import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type FaultName, type FaultOptions } from './faults';
import { getMetricData } from './get-metric-data';
import { getMetricStatistics } from './get-metric-statistics';
import { DEFAULT_DELAYS, type IngestionDelays } from './ingestion-delay';
import { listMetrics } from './list-metrics';
import type { OperationContext } from './observed-periods';
import { putMetricData } from './put-metric-data';
import { internalFault, ServiceError, throttling, unknownOperation } from './service-error';
import type { MetricStore } from './store';
import { readCall, writeError, writeOutput } from './wire';

export interface CloudWatchEndpointOptions {
  readonly store: MetricStore;
  /** Added to the twin's own delays, by namespace. */
  readonly delays?: IngestionDelays;
  /** Faults that are in force from the start. */
  readonly faults?: Partial<FaultOptions>;
  /** 0, the default, takes a free one. */
  readonly port?: number;
}

export interface CloudWatchEndpoint {
  /** For the SDK's `endpoint` or for `AWS_ENDPOINT_URL_CLOUDWATCH`. */
  readonly url: string;
  setFault<N extends FaultName>(name: N, options?: FaultOptions[N]): void;
  /** Ends all faults; requests that a hang holds are cut. */
  clearFaults(): void;
  stop(): Promise<void>;
}

type Operation = (context: OperationContext, body: unknown) => unknown;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['GetMetricData', getMetricData],
  ['GetMetricStatistics', getMetricStatistics],
  ['ListMetrics', listMetrics],
  ['PutMetricData', putMetricData],
]);

/**
 * CloudWatch's API on 127.0.0.1 for unmodified AWS clients. Signatures are not verified.
 * @throws Error when the port is taken.
 */
export async function startCloudWatchEndpoint(options: CloudWatchEndpointOptions): Promise<CloudWatchEndpoint> {
  const faults = createFaults(options.faults ?? {});
  const context = { store: options.store, delays: { ...DEFAULT_DELAYS, ...options.delays }, faults };
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    serve(context, held, request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (faults.get('connection-reset') !== undefined) socket.resetAndDestroy();
  });
  const address = await listen(server, options.port ?? 0);

  function clearFaults(): void {
    faults.clear();
    for (const response of held) response.destroy();
    held.clear();
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    setFault(name, faultOptions) {
      faults.set(name, faultOptions ?? {});
      // A client that kept its connection would otherwise not meet the fault.
      if (name === 'connection-reset') server.closeAllConnections();
    },
    clearFaults,
    async stop() {
      clearFaults();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  context: OperationContext,
  held: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const call = await readCall(request);
    if (context.faults.get('hang') !== undefined) {
      held.add(response);
      response.once('close', () => held.delete(response));
      return;
    }
    if (context.faults.spend('throttle')) throw throttling();
    if (context.faults.spend('service-fault')) throw internalFault();
    const operation = OPERATIONS.get(call.operation);
    if (operation === undefined) throw unknownOperation(`The twin's CloudWatch has no operation ${call.operation}.`);
    writeOutput(response, operation(context, call.body));
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause;
    writeError(response, cause);
  }
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The endpoint has no port'));
      else resolve(address);
    });
  });
}
