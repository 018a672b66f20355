import { normal, type Random } from './random';

/** What happens in one period of a healthy run. */
export interface Period {
  readonly requests: number;
  /** Of these, those that the judged version served, where a metric is told by version; all of them elsewhere. */
  readonly served: number;
  readonly failed: number;
  readonly environments: number;
  readonly newEnvironments: number;
  /** Connections that are leaked by its end. */
  readonly leaked: number;
  readonly concurrency: number;
  /** The first cache node, which writes go to. */
  readonly primary: boolean;
}

/** Log-normal around a middle: latencies and levels that scatter by some 20 % and now and then by more. */
function around(random: Random, middle: number, scatter = 0.2): number {
  return middle * Math.exp(normal(random) * scatter);
}

/** Per metric of the catalogue, in CloudWatch's own unit, one connection per node and environment; null for no datapoint. */
export const HEALTHY: Readonly<Record<string, (period: Period, random: Random) => number | null>> = {
  'redis.connections': ({ environments, leaked, primary }) => 1 + environments + (primary ? Math.floor(leaked) : 0),
  'redis.newConnections': ({ newEnvironments }) => newEnvironments,
  'redis.engineCpu': (_, random) => Math.min(100, around(random, 3, 0.4)),
  'redis.replicationLag': (_, random) => (random() < 0.01 ? 1 : 0),
  'lambda.concurrency': whileUsed(({ concurrency }) => concurrency),
  'lambda.invocations': whileUsed(({ served }) => served),
  'lambda.errors': whileUsed(() => 0),
  'lambda.throttles': whileUsed(() => 0),
  'lambda.durationP95': whileUsed((_, random) => around(random, 5)),
  'lambda.maxMemoryUsed': whileUsed((_, random) => Math.round(around(random, 130, 0.02))),
  'api.requests': whileUsed(({ requests }) => requests),
  'api.5xx': ({ failed }) => (failed > 0 ? failed : null),
  'api.4xx': () => null,
  'api.latencyP95': whileUsed((_, random) => around(random, 10)),
  'runtime.responses': whileUsed(({ served }) => served),
  'runtime.responses5xx': ({ failed }) => (failed > 0 ? failed : null),
  'runtime.redisConnects': ({ newEnvironments }) => (newEnvironments > 0 ? 2 * newEnvironments : null),
  'runtime.openFileDescriptors': whileUsed((_, random) => Math.round(around(random, 28, 0.05))),
};

/** Lambda and API Gateway publish nothing of a period without requests. */
function whileUsed(value: (period: Period, random: Random) => number) {
  return (period: Period, random: Random) => (period.requests > 0 ? value(period, random) : null);
}
