import { CACHE_ENV } from '../contract';
import type { EndpointName } from './cache';
import type { Endpoint } from './endpoint';
import { CacheConfigurationError } from './errors';

/** How the users of the addresses prove who they are. */
export type Authentication = { readonly kind: 'password' } | { readonly kind: 'iam'; readonly cacheName: string; readonly region: string };

type Environment = Readonly<Record<string, string | undefined>>;

const ADDRESSES = { primary: CACHE_ENV.primaryUrl, reader: CACHE_ENV.readerUrl } as const;
const REPLICATION_GROUP_ID = /^[a-z][a-z0-9-]*$/;

/**
 * Reads how to authenticate and whether the addresses go with it: what is found here is found at INIT, and not as a
 * refusal of the server that says as little as it must.
 *
 * @throws CacheConfigurationError naming the variable
 */
export function readAuthentication(environment: Environment, endpoints: Readonly<Record<EndpointName, Endpoint>>): Authentication {
  const kind = environment[CACHE_ENV.authentication] || 'password';
  if (kind !== 'password' && kind !== 'iam') throw new CacheConfigurationError(`${CACHE_ENV.authentication} must be iam or not be set`);
  for (const name of ['primary', 'reader'] as const) {
    const problem = kind === 'iam' ? problemWithIam(endpoints[name]) : problemWithPassword(endpoints[name]);
    if (problem !== null) throw new CacheConfigurationError(`${ADDRESSES[name]} ${problem}`);
  }
  return kind === 'iam' ? readIam(environment) : { kind };
}

function readIam(environment: Environment): Authentication {
  const { [CACHE_ENV.name]: cacheName = '', AWS_REGION: region } = environment;
  if (!REPLICATION_GROUP_ID.test(cacheName)) {
    throw new CacheConfigurationError(`${CACHE_ENV.name} must be the id of the replication group, not an address, with ${IAM}`);
  }
  if (!region) throw new CacheConfigurationError(`AWS_REGION must be set with ${IAM}`);
  return { kind: 'iam', cacheName, region };
}

const IAM = `${CACHE_ENV.authentication}=iam`;

function problemWithIam(endpoint: Endpoint): string | null {
  if (!endpoint.tls) return `must begin with rediss:// with ${IAM}: ElastiCache takes tokens over TLS only`;
  if (endpoint.user === null) return `must name a user, as in rediss://user@host, with ${IAM}`;
  return endpoint.password === null ? null : `must not hold a password with ${IAM}`;
}

function problemWithPassword({ user, password }: Endpoint): string | null {
  return user !== null && password === null ? `names a user without a password: give one or set ${IAM}` : null;
}
