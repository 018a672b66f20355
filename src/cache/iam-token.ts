import { createHash, createHmac } from 'node:crypto';

/** What a token of ElastiCache's IAM authentication is good for: one user on one cache. */
export interface TokenScope {
  /** Id of the replication group. */
  readonly cacheName: string;
  readonly user: string;
  readonly region: string;
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** ElastiCache's longest; the connection itself lives on for 12 hours. */
export const TOKEN_SECONDS = 900;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 'elasticache';
const NO_BODY = createHash('sha256').digest('hex');

/**
 * A password for AUTH: the pre-signed address `http://<cache>/?Action=connect&User=<user>` without its scheme.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
 *
 * Signed by hand, and held against AWS's signer by a test: that one would add a sixth to the package's time of loading and a
 * third to its size, because esbuild can not shake its CommonJS form.
 */
export function iamToken({ cacheName, user, region }: TokenScope, keys: AwsKeys, at: Date): string {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${SERVICE}/aws4_request`;
  // In alphabetical order, as they are signed.
  const query = [
    ['Action', 'connect'],
    ['User', user],
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${keys.accessKeyId}/${scope}`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', String(TOKEN_SECONDS)],
    ...(keys.sessionToken === null ? [] : [['X-Amz-Security-Token', keys.sessionToken]]),
    ['X-Amz-SignedHeaders', 'host'],
  ]
    .map((pair) => pair.map((part) => encode(part)).join('='))
    .join('&');
  const canonical = ['GET', '/', query, `host:${cacheName}`, '', 'host', NO_BODY].join('\n');
  const toSign = [ALGORITHM, time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  let key: string | Buffer = `AWS4${keys.secretAccessKey}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return `${cacheName}/?${query}&X-Amz-Signature=${createHmac('sha256', key).update(toSign).digest('hex')}`;
}

/** All but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
