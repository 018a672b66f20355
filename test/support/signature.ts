import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** AWS's own signer, as the reference that ours are held against. */

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly host: string;
  readonly body: string;
}

export function signerOf({ sessionToken, ...keys }: Keys, region: string, service: string): SignatureV4 {
  const credentials = sessionToken === null ? keys : { ...keys, sessionToken };
  return new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
}

/** The header `authorization` that a request must carry. */
export async function expectedAuthorization(request: ReceivedRequest, keys: Keys, region: string, at: Date): Promise<string> {
  const [path = '', search = ''] = request.target.split(/\?(.*)/s);
  const { headers } = await signerOf(keys, region, 'execute-api').sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: request.host,
      path,
      query: queryOf(search),
      headers: { host: request.host },
      body: request.body,
    },
    { signingDate: at },
  );
  return headers['authorization'] ?? '';
}

function queryOf(search: string): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const pair of search.split('&').filter((each) => each !== '')) {
    const [name = '', ...value] = pair.split('=');
    const key = decodeURIComponent(name);
    query[key] = [...(query[key] ?? []), decodeURIComponent(value.join('='))];
  }
  return query;
}

/** The time in a header `x-amz-date`. */
export function timeOf(amzDate: string): Date {
  return new Date(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
