import type { CredentialsSource } from './endpoint';
import { CacheConfigurationError } from './errors';
import { type AwsKeys, iamToken, TOKEN_SECONDS, type TokenScope } from './iam-token';

type Environment = Readonly<Record<string, string | undefined>>;

/** A token with less left could expire between here and the server, milliseconds. */
const LEAST_LEFT_MS = 60_000;

/**
 * Proves the users of the addresses by tokens of ElastiCache's IAM authentication. Being asked at every handshake it may
 * not be given a token that was made at INIT: ElastiCache cuts a connection after 12 hours, a token is good for 15 minutes.
 *
 * @param environment holds the function's own credentials, as Lambda sets them; read anew for every token
 * @param now epoch milliseconds
 */
export function iamCredentials(
  { cacheName, region }: Pick<TokenScope, 'cacheName' | 'region'>,
  environment: Environment = process.env,
  now: () => number = Date.now,
): CredentialsSource {
  const made = new Map<string, { readonly token: string; readonly expiresAt: number }>();
  return async ({ user }) => {
    if (user === null) return null;
    const at = now();
    const last = made.get(user);
    if (last !== undefined && last.expiresAt - at > LEAST_LEFT_MS) return { username: user, password: last.token };
    const token = iamToken({ cacheName, user, region }, keysOf(environment), new Date(at));
    made.set(user, { token, expiresAt: at + TOKEN_SECONDS * 1000 });
    return { username: user, password: token };
  };
}

function keysOf(environment: Environment): AwsKeys {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = environment;
  if (!accessKeyId || !secretAccessKey)
    throw new CacheConfigurationError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set with CACHE_AUTH=iam');
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || null };
}
