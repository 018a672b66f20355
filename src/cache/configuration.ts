import * as z from 'zod/mini';
import { CACHE_ENV } from '../contract';
import { type Authentication, readAuthentication } from './authentication';
import type { EndpointName } from './cache';
import { type Endpoint, parseEndpoint } from './endpoint';
import { CacheConfigurationError } from './errors';

export type Strategy = { readonly name: 'shared' } | { readonly name: 'pool'; readonly maximum: number } | { readonly name: 'open-quit' };

export interface CacheConfiguration {
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>>;
  readonly strategy: Strategy;
  readonly authentication: Authentication;
}

const strategyName = z.enum(['shared', 'pool', 'open-quit']);
const poolMaximum = z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000));

/**
 * Reads the variables of `CACHE_ENV`. The strategy is `shared` when none is set; `pool` has no default maximum, because
 * the library's (100) times the environments of a burst is more than a cache node carries.
 *
 * @throws CacheConfigurationError naming the variable
 */
export function readCacheConfiguration(environment: Readonly<Record<string, string | undefined>>): CacheConfiguration {
  const endpoint = (variable: string) => parseEndpoint(environment[variable] ?? '', variable);
  const endpoints = { primary: endpoint(CACHE_ENV.primaryUrl), reader: endpoint(CACHE_ENV.readerUrl) };
  return { endpoints, strategy: readStrategy(environment), authentication: readAuthentication(environment, endpoints) };
}

function readStrategy(environment: Readonly<Record<string, string | undefined>>): Strategy {
  const name = strategyName.safeParse(environment[CACHE_ENV.strategy] ?? 'shared');
  if (!name.success) throw new CacheConfigurationError(`${CACHE_ENV.strategy} must be shared, pool or open-quit`);
  if (name.data !== 'pool') return { name: name.data };
  const maximum = poolMaximum.safeParse(environment[CACHE_ENV.poolMaximum] || Number.NaN);
  if (!maximum.success)
    throw new CacheConfigurationError(`${CACHE_ENV.poolMaximum} must be a whole number from 1 to 1000 with the strategy pool`);
  return { name: 'pool', maximum: maximum.data };
}
