import { createServer, type Server } from 'node:http';
import { createFaults, type Fault } from './aws-replay-fault';
import { type Answer, type RecordedRequest, type ReplayedService, serve } from './aws-replay-service';
import { TEST_ENVIRONMENT } from './moto';
import { type ServiceName, serviceModel } from './service-model';

export type { Fault } from './aws-replay-fault';
export type { ScriptedError } from './aws-replay-refusal';
export type { Answer, RecordedRequest } from './aws-replay-service';
export type { ServiceName } from './service-model';

/** AWS services that answer what a test scripted, and check each request and each answer against the services' models. */
export interface Replay {
  /** What makes the SDK's clients talk to it; credentials and region included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly RecordedRequest[];
  /** The next answers of an operation, in place of those scripted before; the last one repeats. */
  script(service: ServiceName, operation: string, answers: readonly Answer[]): void;
  fault(service: ServiceName, fault: Fault): void;
  /** Operations of this service that have no script go to the server at `url`. */
  forward(service: ServiceName, url: string): void;
  /** What in requests and answers did not fit, and requests that nobody scripted. A test that ends well expects `[]`. */
  problems(): readonly string[];
  close(): Promise<void>;
}

interface Endpoint {
  readonly server: Server;
  readonly variable: string;
  readonly url: string;
}

/** Starts one endpoint per service, each on a free port of 127.0.0.1. S3 can be forwarded and refused, not answered. */
export async function startReplay({ services: names }: { readonly services: readonly ServiceName[] }): Promise<Replay> {
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  const services = new Map(
    names.map((name): [ServiceName, ReplayedService] => {
      const complain = (operation: string, what: string): number => problems.push(`${name}.${operation} ${what}`);
      const note = (request: RecordedRequest): number => requests.push(request);
      return [name, { name, model: serviceModel(name), faults: createFaults(), scripts: new Map(), url: null, note, complain }];
    }),
  );
  const of = (name: ServiceName): ReplayedService => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`this replay has no ${name}`);
    return service;
  };
  const endpoints = await Promise.all([...services.values()].map(listen));
  return {
    environment: { ...TEST_ENVIRONMENT, ...Object.fromEntries(endpoints.map(({ variable, url }) => [variable, url])) },
    requests,
    script: (name, operation, answers) => {
      const { model, scripts } = of(name);
      if (model.operations[operation] === undefined) throw new Error(`${name} has no operation ${operation}`);
      scripts.set(operation, [...answers]);
    },
    fault: (name, fault) => of(name).faults.add(fault),
    forward: (name, url) => {
      of(name).url = url;
    },
    problems: () => [...problems],
    close: async () => {
      await Promise.all(endpoints.map(({ server }) => closed(server)));
    },
  };
}

async function listen(service: ReplayedService): Promise<Endpoint> {
  const server = createServer((request, response) => {
    serve(service, request, response).catch((cause: unknown) => {
      // Who hung up does not wait for an answer.
      if (!request.socket.destroyed) service.complain('?', `broke the replay: ${cause instanceof Error ? cause.stack : cause}`);
      response.destroy();
    });
  });
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', ready);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const variable = `AWS_ENDPOINT_URL_${service.name.toUpperCase().replace('-', '_')}`;
  return { server, variable, url: `http://127.0.0.1:${port}` };
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((ended) => server.close(ended));
  server.closeAllConnections();
  await done;
}
