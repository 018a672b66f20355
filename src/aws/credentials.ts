import { setTimeout as delay } from 'node:timers/promises';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The SDK's clients ask again before it is reached. */
  readonly expiration?: Date;
}

/** Asked whenever a client has no credentials that are still good: never a static value. */
export type CredentialSource = () => Promise<AwsCredentials>;

/** Where GitHub Actions offers identity tokens, and the role that they are exchanged for. */
const VARIABLES = {
  requestUrl: 'ACTIONS_ID_TOKEN_REQUEST_URL',
  requestToken: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  role: 'TIDEGATE_ROLE_ARN',
} as const;

const AUDIENCE = 'sts.amazonaws.com';
/** STS's own default; a role may allow no more. */
const SESSION_SECONDS = 3600;
const TOKEN_WITHIN_MS = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * In a GitHub Actions job that names a role: a fresh identity token for every session, so that a soak may outlive one.
 * Elsewhere the SDK's own chain (variables, profile, container, instance).
 */
export function defaultCredentials(region: string, environment: Environment = process.env): CredentialSource {
  const identity = githubIdentity(region, environment);
  return identity === null ? defaultProvider({ clientConfig: { region } }) : githubCredentials(identity);
}

/** @returns null outside of a GitHub Actions job that may ask for identity tokens and names a role */
export function githubIdentity(region: string, environment: Environment): GithubIdentity | null {
  const { [VARIABLES.requestUrl]: url, [VARIABLES.requestToken]: token, [VARIABLES.role]: roleArn } = environment;
  // A variable that nobody has set comes from a workflow as an empty text.
  if (!url || !token || !roleArn) return null;
  return { url, token, roleArn, region, sessionName: sessionNameOf(environment) };
}

export interface GithubIdentity {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN` of the job. */
  readonly url: string;
  readonly token: string;
  readonly roleArn: string;
  readonly region: string;
  /** Shows in CloudTrail. */
  readonly sessionName: string;
  /** A policy document: the session may do what it and the role both allow. */
  readonly sessionPolicy?: string;
}

/** @throws CredentialsUnavailableError when GitHub gives no token or STS no session */
export function githubCredentials(identity: GithubIdentity): CredentialSource {
  const sts = new STSClient({ region: identity.region });
  return async () => {
    const token = await identityToken(identity);
    const { Credentials: found } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: identity.roleArn,
        RoleSessionName: identity.sessionName,
        WebIdentityToken: token,
        DurationSeconds: SESSION_SECONDS,
        ...(identity.sessionPolicy === undefined ? {} : { Policy: identity.sessionPolicy }),
      }),
    );
    if (found?.AccessKeyId === undefined || found.SecretAccessKey === undefined) {
      throw new CredentialsUnavailableError(`STS gave no session for ${identity.roleArn}`);
    }
    return {
      accessKeyId: found.AccessKeyId,
      secretAccessKey: found.SecretAccessKey,
      ...(found.SessionToken === undefined ? {} : { sessionToken: found.SessionToken }),
      ...(found.Expiration === undefined ? {} : { expiration: found.Expiration }),
    };
  };
}

/** Nothing to sign with; the message says whom to ask. */
export class CredentialsUnavailableError extends Error {
  /** The SDK's own name for it, by which failures are sorted. */
  override readonly name = 'CredentialsProviderError';
}

/** Pauses before GitHub is asked again, ms: its token service has bad seconds, and a canary must not end for one. */
const PAUSES_MS = [500, 2_000, 5_000];

async function identityToken(identity: GithubIdentity): Promise<string> {
  for (const pause of PAUSES_MS) {
    try {
      return await askForToken(identity);
    } catch (error) {
      if (error instanceof CredentialsUnavailableError) throw error;
      await delay(pause);
    }
  }
  return askForToken(identity);
}

/** @throws CredentialsUnavailableError when GitHub refuses; any other error when it did not answer */
async function askForToken({ url, token }: GithubIdentity): Promise<string> {
  const response = await fetch(`${url}&audience=${AUDIENCE}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TOKEN_WITHIN_MS),
  });
  if (response.status >= 500 || response.status === 429) throw new Error(`GitHub's token service answered HTTP ${response.status}`);
  const body: unknown = response.ok ? await response.json() : null;
  const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : null;
  if (typeof value === 'string') return value;
  throw new CredentialsUnavailableError(`GitHub gave no identity token (HTTP ${response.status}): the job needs \`id-token: write\``);
}

/** STS allows letters, digits and `=,.@-_`, 64 at most. */
function sessionNameOf(environment: Environment): string {
  const parts = [
    environment['GITHUB_REPOSITORY'] ?? 'repository',
    environment['GITHUB_RUN_ID'] ?? 'run',
    environment['GITHUB_JOB'] ?? 'job',
  ];
  return parts
    .join('-')
    .replace(/[^\w=,.@-]/g, '-')
    .slice(-64);
}
