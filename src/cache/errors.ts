import type { EndpointName } from './cache';

/**
 * Why an endpoint gave no answer.
 * `deadline` nothing came in time; `connection` the connection was lost or refused; `read-only` a replica answered in
 * place of the primary; `not-serving` the server answers but can not serve now; `refused` credentials or rights;
 * `busy` every connection of the pool was taken.
 */
export type UnavailableReason = 'deadline' | 'connection' | 'read-only' | 'not-serving' | 'refused' | 'busy';

/** The cache could not answer. The caller may try again later; nothing is known about whether a write took effect. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable';
  readonly reason: UnavailableReason;
  readonly endpoint: EndpointName;

  constructor(endpoint: EndpointName, reason: UnavailableReason, cause: unknown) {
    super(`cache endpoint ${endpoint} unavailable: ${reason}`, { cause });
    this.endpoint = endpoint;
    this.reason = reason;
  }
}

/** The environment does not say how to reach the cache. The message names the variable. */
export class CacheConfigurationError extends Error {
  override readonly name = 'CacheConfigurationError';
}

/** Work did not settle within its limit. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** A handshake on a client that was given up while its socket was still connecting. */
export class DiscardedClient extends Error {
  override readonly name = 'DiscardedClient';
}
