import { hmac, sha256 } from 'k6/crypto';

/**
 * AWS Signature Version 4 in request headers, for API Gateway and other services that are no S3.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

export interface UnsignedRequest {
  readonly method: string;
  /** Absolute, and percent-encoded as it goes over the wire. A plus sign in the query is a plus sign. */
  readonly url: string;
  /** Text as it is sent; null without a body. */
  readonly body: string | null;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * The headers that make a request a signed one. The host, the path, the query and the body are signed with them.
 *
 * @param at the time of signing: AWS refuses it when it is 5 minutes off
 * @throws Error when the URL is not absolute; URIError when its query holds a percent sign that encodes nothing
 */
export function signatureHeaders(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  scope: SigningScope,
  at: Date,
): Readonly<Record<string, string>> {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const { host, path, query } = partsOf(request.url);
  const token = credentials.sessionToken;
  const names = token === null ? 'host;x-amz-date' : 'host;x-amz-date;x-amz-security-token';
  const headers = `host:${host}\nx-amz-date:${time}\n${token === null ? '' : `x-amz-security-token:${token}\n`}`;
  const payload = sha256(request.body ?? '', 'hex');
  const canonical = [request.method, canonicalPath(path), canonicalQuery(query), headers, names, payload].join('\n');
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = [ALGORITHM, time, credentialScope, sha256(canonical, 'hex')].join('\n');
  const signature = hmac('sha256', signingKey(credentials.secretAccessKey, day, scope), toSign, 'hex');
  return {
    'x-amz-date': time,
    ...(token === null ? {} : { 'x-amz-security-token': token }),
    authorization: `${ALGORITHM} Credential=${credentials.accessKeyId}/${credentialScope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

interface UrlParts {
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

function partsOf(url: string): UrlParts {
  const [match, host, path = '', query = ''] = /^https?:\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
  if (match === undefined || host === undefined) throw new Error(`Only an absolute http or https address can be signed, not ${url}`);
  return { host, path, query };
}

/** Without empty, `.` and `..` segments, and encoded once more than on the wire. */
function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  if (kept.length > 0 && path.endsWith('/')) kept.push('');
  return `/${encode(kept.join('/')).replace(/%2F/g, '/')}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): readonly [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [encode(decodeURIComponent(name)), encode(decodeURIComponent(value.join('=')))];
    });
  // By name and then by value: the order of the joined text would put `a-b=` before `a=`.
  pairs.sort(([name, value], [other, another]) => compare(name, other) || compare(value, another));
  return pairs.map((pair) => pair.join('=')).join('&');
}

const compare = (one: string, other: string) => (one < other ? -1 : Number(one > other));

/** All but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

let derived: { readonly from: string; readonly key: ArrayBuffer } | null = null;

/** Four hashes that only change with the day and the credentials. */
function signingKey(secret: string, day: string, { region, service }: SigningScope): ArrayBuffer {
  const from = [secret, day, region, service].join('\n');
  if (derived?.from !== from) {
    let key = hmac('sha256', `AWS4${secret}`, day, 'binary');
    for (const part of [region, service, 'aws4_request']) key = hmac('sha256', key, part, 'binary');
    derived = { from, key };
  }
  return derived.key;
}
