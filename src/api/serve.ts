import type { Logger } from '@aws-lambda-powertools/logger';
import type { Cache } from '../cache/cache';
import type { ConnectionTally } from '../cache/connection-tally';
import { type ApiHandler, createHandler, createLogger } from './create-handler';
import { redisStore } from './redis-store';
import { createRuntimeMetrics } from './runtime-metrics';
import type { Store } from './store';

/** What a way of connecting may use of the service around it. */
export interface Surroundings {
  readonly tally: ConnectionTally;
  readonly logger: Logger;
}

/** The service on a cache: the routes are the same whatever the way of connecting. Call it once, at INIT. */
export function serve(connect: (surroundings: Surroundings) => Pick<Cache, 'run'>): ApiHandler {
  return serveStore((surroundings) => redisStore(connect(surroundings)));
}

/** The service on a store. Metrics begin to count before the store can connect. */
export function serveStore(open: (surroundings: Surroundings) => Store): ApiHandler {
  const logger = createLogger();
  const metrics = createRuntimeMetrics();
  return createHandler({ store: open({ tally: metrics.tally, logger }), metrics, logger });
}
