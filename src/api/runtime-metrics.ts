import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { type ConnectionTally, observeConnections } from '../cache/connection-tally';
import { countOpenDescriptors } from '../cache/open-descriptors';
import { RUNTIME_METRICS } from '../contract';

export interface RuntimeMetrics {
  readonly tally: ConnectionTally;
  /**
   * Writes what one invocation amounted to: two lines of CloudWatch embedded metrics on stdout.
   *
   * @param invoked the function as the invocation's context names it
   */
  publish(invoked: InvokedFunction, statusCode: number): void;
}

export type InvokedFunction = Pick<Context, 'functionName' | 'functionVersion'>;

const { functionName: byName, functionVersion: byVersion, statusClass: byClass } = RUNTIME_METRICS.dimensions;

/** Call it before the first client is made: it counts connections from here on. */
export function createRuntimeMetrics(): RuntimeMetrics {
  const tally = observeConnections();
  const metrics = new Metrics({ namespace: RUNTIME_METRICS.namespace, serviceName: RUNTIME_METRICS.service });
  let current: string | null = null;
  const publish = ({ functionName, functionVersion }: InvokedFunction, statusCode: number) => {
    if (functionVersion !== current) {
      // Powertools adds a dimension `service` to every set; readers ask for exactly the dimensions of the contract.
      metrics.clearDefaultDimensions();
      metrics.setDefaultDimensions({ [byName]: functionName, [byVersion]: functionVersion });
      current = functionVersion;
    }
    // Two sets: the version of the function, and the same with the class. Connections are reported by the version only.
    metrics.addDimensions({}).addDimensions({ [byClass]: `${Math.floor(statusCode / 100)}xx` });
    metrics.addMetric(RUNTIME_METRICS.responses, MetricUnit.Count, 1).publishStoredMetrics();
    addConnectionMetrics(metrics, tally);
    metrics.publishStoredMetrics();
  };
  return { tally, publish };
}

/** Zeros are written too: a missing datapoint must mean that nothing was reported. */
function addConnectionMetrics(metrics: Metrics, tally: ConnectionTally): void {
  const { connects, reconnects, connectTimesMs } = tally.take();
  metrics.addMetric(RUNTIME_METRICS.redisConnects, MetricUnit.Count, connects);
  metrics.addMetric(RUNTIME_METRICS.redisReconnects, MetricUnit.Count, reconnects);
  for (const time of connectTimesMs.slice(0, MAX_SAMPLES))
    metrics.addMetric(RUNTIME_METRICS.redisConnectTime, MetricUnit.Milliseconds, time);
  const descriptors = countOpenDescriptors();
  if (descriptors !== null) metrics.addMetric(RUNTIME_METRICS.openFileDescriptors, MetricUnit.Count, descriptors);
}

/** An embedded metric takes 100 values at most; Powertools flushes by itself on the hundredth. */
const MAX_SAMPLES = 99;
