import { CacheConfigurationError } from './errors';

/** One address of the cache, parsed once. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly database: number;
  /** null: the server's default user. */
  readonly user: string | null;
  readonly password: string | null;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * Asked at every handshake, because a token computed once breaks every reconnect after it has expired (ElastiCache IAM
 * tokens: 15 minutes). null for no authentication.
 */
export type CredentialsSource = (endpoint: Endpoint) => Promise<Credentials | null>;

/**
 * Reads `redis://` or `rediss://` (TLS) `[user[:password]@]host[:port][/database]`.
 *
 * @param variable name of the environment variable, for the message
 * @throws CacheConfigurationError without the value in the message: it may hold a password
 */
export function parseEndpoint(text: string, variable: string): Endpoint {
  if (!URL.canParse(text)) throw new CacheConfigurationError(`${variable} is not a URL such as redis://host:6379`);
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    throw new CacheConfigurationError(`${variable} must begin with redis:// or rediss://, not ${url.protocol}//`);
  }
  const database = Number(url.pathname.slice(1));
  if (url.hostname === '') throw new CacheConfigurationError(`${variable} names no host`);
  if (!Number.isInteger(database)) throw new CacheConfigurationError(`${variable} must end in a database number or nothing`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    tls: url.protocol === 'rediss:',
    database,
    user: decodeURIComponent(url.username) || null,
    password: decodeURIComponent(url.password) || null,
  };
}

/** What the addresses themselves held. */
export const credentialsOfUrl: CredentialsSource = async ({ user, password }) =>
  password === null ? null : { username: user ?? 'default', password };
