import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { type AwsCredentials, type CredentialSource, githubCredentials, githubIdentity } from '../../aws/credentials';
import { AwsError, attempt } from '../../aws/failure';
import type { Tier } from '../../gates/vocabulary';
import type { InvokeAccess, InvokeCredentials } from '../target';
import type { AwsContext } from './context';
import { type Place, placeOf } from './place';

/** A role that may invoke the tier's API, for callers that have no identity of GitHub to narrow. */
const ROLE_VARIABLE = 'TIDEGATE_INVOKE_ROLE_ARN';
const SESSION_SECONDS = 3600;
/** New ones are asked for this long before the old ones end. */
const RENEW_BEFORE_MS = 5 * 60_000;

/**
 * What the load generator signs its requests with: always a session of its own that can do nothing but invoke this API,
 * because its process runs the script of the commit under test. Never the caller's own credentials.
 * The session is of the role that TIDEGATE_INVOKE_ROLE_ARN names; else, in a GitHub job, of the job's own role.
 * @returns null when the API demands no signature
 * @throws AwsError `rejected` when there is neither
 */
export async function invokeAccess(context: AwsContext, tier: Tier): Promise<InvokeAccess | null> {
  const place = await placeOf(context, tier, { changing: true });
  // A variable that nobody has set comes from a workflow as an empty text.
  const named = context.environment[ROLE_VARIABLE] || undefined;
  // Nobody says what an API demands that is given by identities; whoever names a role wants it used.
  if (place.authorization === null ? named === undefined : place.authorization !== 'AWS_IAM') return null;
  const source = sourceOf(context, place, named);
  return { region: context.clients.region, service: 'execute-api', credentials: renewed(context, source) };
}

/** Callers at one moment share one session. */
function renewed({ clock }: AwsContext, source: CredentialSource): () => Promise<InvokeCredentials> {
  let latest: Promise<InvokeCredentials> | null = null;
  return async () => {
    const before = latest;
    const held = before === null ? null : await before.catch(() => null);
    if (held !== null && !isEnding(held, clock.now())) return held;
    if (latest === before || latest === null) latest = source().then(forRequests);
    return latest;
  };
}

function sourceOf(context: AwsContext, place: Place, role: string | undefined): CredentialSource {
  const policy = onlyInvoke(context, place);
  if (role !== undefined) return () => assumed(context, role, policy);
  const identity = githubIdentity(context.clients.region, context.environment);
  if (identity !== null) return githubCredentials({ ...identity, sessionPolicy: policy });
  throw new AwsError(
    'rejected',
    `The API of ${place.tier} demands signed requests, and the load generator does not get your own credentials. Name a role that you can assume and that may \`execute-api:Invoke\` on ${place.apiId} in ${ROLE_VARIABLE}.`,
  );
}

/** The session may do what the role and this document both allow. */
function onlyInvoke({ caller, clients }: AwsContext, { apiId, apiStage }: Place): string {
  const resource = `arn:${caller.partition}:execute-api:${clients.region}:${caller.account}:${apiId}/${apiStage}/*`;
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource }] });
}

async function assumed({ clients }: AwsContext, roleArn: string, policy: string): Promise<AwsCredentials> {
  const { Credentials: found } = await attempt(`assume ${roleArn} for the load generator`, () =>
    clients.sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'tidegate-load', Policy: policy, DurationSeconds: SESSION_SECONDS }),
    ),
  );
  if (found?.AccessKeyId === undefined || found.SecretAccessKey === undefined) {
    throw new AwsError('transient', `STS gave no session for ${roleArn}; run it again.`);
  }
  return {
    accessKeyId: found.AccessKeyId,
    secretAccessKey: found.SecretAccessKey,
    ...(found.SessionToken === undefined ? {} : { sessionToken: found.SessionToken }),
    ...(found.Expiration === undefined ? {} : { expiration: found.Expiration }),
  };
}

function forRequests({ accessKeyId, secretAccessKey, sessionToken, expiration }: AwsCredentials): InvokeCredentials {
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? null, expiresAt: expiration?.getTime() ?? null };
}

function isEnding({ expiresAt }: InvokeCredentials, now: number): boolean {
  return expiresAt !== null && now >= expiresAt - RENEW_BEFORE_MS;
}
