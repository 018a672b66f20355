import type { EndpointName, Operation } from './cache';
import { type Lease, makeClient } from './client';
import { withDeadline } from './deadline';
import { CacheUnavailable } from './errors';
import { failureOf } from './failure';
import type { CacheSettings } from './settings';

/**
 * A client per operation, closed afterwards whatever happened: the case study's remedy without its defects. It holds,
 * but pays a connection for every request.
 *
 * @throws CacheUnavailable at the deadline at the latest
 */
export async function runOnce<T>(settings: CacheSettings, name: EndpointName, operation: Operation<T>, deadline: number): Promise<T> {
  const lease: Lease = { discarded: false };
  const client = makeClient(settings, name, lease, false);
  const work = async () => {
    await client.connect();
    return operation(client);
  };
  try {
    return await withDeadline(work(), Math.max(1, deadline - performance.now()));
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    throw new CacheUnavailable(name, failure.reason, error);
  } finally {
    lease.discarded = true;
    client.destroy();
  }
}
