import type { CacheClient } from './client';

/** The two addresses of a replication group: writes go to the primary, reads may go to a replica. */
export type EndpointName = 'primary' | 'reader';

/**
 * Commands to run on one connection. It must be idempotent: after a lost answer it may run a second time.
 * Commands that are issued without awaiting in between are written together.
 */
export type Operation<T> = (client: CacheClient) => Promise<T>;

/** Redis as a Lambda function needs it, whatever the strategy of connecting. */
export interface Cache {
  /** Starts to connect in the background. Returns at once and never throws. */
  warm(): void;
  /**
   * Runs an operation on an endpoint and settles at the deadline at the latest.
   *
   * @param deadline in milliseconds of `performance.now()`
   * @throws CacheUnavailable when the endpoint gave no answer in time; what the operation itself throws otherwise
   */
  run<T>(endpoint: EndpointName, operation: Operation<T>, deadline: number): Promise<T>;
  /** Ends every connection. The cache can not be used afterwards. */
  close(): void;
}
