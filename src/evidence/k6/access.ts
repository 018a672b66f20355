import { LOAD_ENV } from '../../contract';
import { serveSecret } from './credential-server';

/** How a load is let in where strangers are refused: its requests are signed with AWS Signature Version 4. */
export interface RequestSigning {
  readonly region: string;
  readonly service: 'execute-api';
  /** Fresh ones when those before are about to expire: asked again and again while the load runs. */
  credentials(): Promise<SigningCredentials>;
}

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** Epoch milliseconds; null when they do not expire. */
  readonly expiresAt: number | null;
}

/** What a k6 process needs to sign its requests, and whether it could. */
export interface Access {
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Why there is nothing to sign with at this moment, without its full stop; null while there is. */
  lost(): string | null;
  close(): Promise<void>;
}

const NONE: Access = { arguments: [], variables: {}, lost: () => null, close: async () => undefined };

/** k6's own limits (300 requests a minute, then it waits) are meant for vaults on the network; retrying is the source's business. */
const LIMITS = { REQUESTS_PER_MINUTE_LIMIT: '600000', REQUESTS_BURST: '10000', MAX_RETRIES: '0', TIMEOUT: '30s' };

/**
 * Opens k6's secret source of type `url` on credentials that change while it runs: k6 can read neither variables nor files
 * again. Only the token of the source is in k6's environment; the credentials are in no argument, file or log.
 *
 * @param signing null when nothing is signed: k6 is then started as ever. Asked once before this returns.
 */
export async function openAccess(signing: RequestSigning | null): Promise<Access> {
  if (signing === null) return NONE;
  const held = holdCredentials(signing);
  await held.asJson().catch(() => undefined);
  const server = await serveSecret(held.asJson);
  const settings = { URL_TEMPLATE: `${server.url}{key}`, HEADER_AUTHORIZATION: `Bearer ${server.token}`, ...LIMITS };
  return {
    arguments: ['--secret-source=url'],
    variables: {
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`K6_SECRET_SOURCE_URL_${name}`, value])),
      [LOAD_ENV.signingRegion]: signing.region,
    },
    lost: held.lost,
    close: server.close,
  };
}

interface Held {
  readonly asJson: () => Promise<string>;
  readonly lost: () => string | null;
}

function holdCredentials(signing: RequestSigning): Held {
  let pending: Promise<string> | null = null;
  let refusal: string | null = null;
  let goodUntil = 0;
  const renew = async () => {
    try {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = await signing.credentials();
      refusal = null;
      goodUntil = expiresAt ?? Number.POSITIVE_INFINITY;
      return JSON.stringify({ accessKeyId, secretAccessKey, sessionToken, expiresAt });
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      pending = null;
    }
  };
  return {
    // All VUs ask at one moment when credentials expire: the source is asked once.
    asJson: () => {
      pending ??= renew();
      return pending;
    },
    lost: () => {
      if (Date.now() < goodUntil) return null;
      return `There are no credentials to sign requests with: ${refusal ?? 'those that were given have expired'}`;
    },
  };
}
