import { randomUUID } from 'node:crypto';
import { type AliasRoute, pickVersion } from './alias';
import { createConcurrency } from './concurrency';
import type { Dispatcher } from './dispatcher';
import type { FunctionOptions } from './function';
import { createFunctionMetrics } from './function-metrics';
import { type InvokeOutcome, PAYLOAD_LIMIT_BYTES } from './invocation';

/** The Invoke API of one function: admits or throttles, counts, and hands to the dispatcher. */
export interface Invoker {
  invoke(payload: Buffer, traceId: string): Promise<InvokeOutcome>;
  /** Records ConcurrentExecutions as it is now. */
  sample(): void;
  reserve(environments: number | null): void;
  reserved(): number | null;
  stop(): void;
}

type InvokerOptions = Pick<FunctionOptions, 'settings' | 'alias' | 'metrics' | 'periodMs' | 'concurrencyLimit' | 'random'>;

export function createInvoker(
  options: InvokerOptions,
  dispatcher: Pick<Dispatcher, 'dispatch' | 'capacity'>,
  route: () => AliasRoute | null,
): Invoker {
  const metrics = createFunctionMetrics(options.metrics, options.settings.functionName, options.alias);
  const concurrency = createConcurrency(dispatcher.capacity);
  let reserved: number | null = null;
  const sample = (): void => {
    if (concurrency.total() > 0) metrics.concurrency(concurrency.total(), concurrency.byVersion(), Date.now());
  };
  const heartbeat = setInterval(sample, options.periodMs);
  heartbeat.unref();

  return {
    invoke(payload, traceId) {
      if (payload.length > PAYLOAD_LIMIT_BYTES) return Promise.resolve({ kind: 'too-large', bytes: payload.length });
      const to = route();
      if (to === null) return Promise.resolve({ kind: 'unavailable', detail: 'The alias points to no version.' });
      const version = pickVersion(to, options.random());
      const arrivedAt = Date.now();
      if (concurrency.total() >= (reserved ?? options.concurrencyLimit)) {
        metrics.throttle(version, arrivedAt);
        return Promise.resolve({ kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
      }
      concurrency.enter(version);
      const outcome = new Promise<InvokeOutcome>((resolve) => {
        dispatcher.dispatch({
          requestId: randomUUID(),
          payload,
          traceId,
          version,
          arrivedAt,
          settle(outcome, durationMs) {
            concurrency.leave(version);
            // An invocation that the twin's own end cut off is nobody's error.
            if (outcome.kind !== 'unavailable') metrics.invocation(outcome, version, durationMs, arrivedAt);
            resolve(outcome);
          },
        });
      });
      sample();
      return outcome;
    },
    sample,
    reserve(environments) {
      reserved = environments;
    },
    reserved: () => reserved,
    stop: () => clearInterval(heartbeat),
  };
}
