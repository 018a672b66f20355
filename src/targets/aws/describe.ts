import { GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import { TIER_OUTPUTS } from '../../contract';
import type { Tier } from '../../gates/vocabulary';
import type { TierDescription, Traffic } from '../target';
import type { AwsContext } from './context';
import { MONITORING_CONNECTIONS_PER_NODE, nodesOf } from './nodes';
import { type Place, placeOf } from './place';
import { servingVersion } from './versions';

/** The version that a description is about. */
export interface Judged {
  readonly version: string;
  /** `sha256:<hex>` of its package. */
  readonly digest: string;
  /** The one that served before, in a shift. */
  readonly previousVersion: string | null;
  /** When it began to serve. */
  readonly since: Date;
}

/**
 * A tier at rest: one version serves all requests.
 * @throws AwsError when the stack does not serve, a part is missing, or the alias is split between two versions
 */
export async function describeTier(context: AwsContext, tier: Tier): Promise<TierDescription> {
  const place = await placeOf(context, tier);
  if (place.stack?.status === 'UPDATE_ROLLBACK_COMPLETE') {
    context.say(`${place.stack.name}: CloudFormation took its last update back; ${tier} is what it was before.`);
  }
  return describePlace(context, place, await servingAt(context, place));
}

/** Who gets a tier's requests, whatever state its stack is in. */
export async function trafficOf(context: AwsContext, tier: Tier): Promise<Traffic> {
  const { functionName, alias } = await placeOf(context, tier, { changing: true, stuck: true });
  const { digest, routing } = await servingVersion(context.clients, functionName, alias);
  return { main: digest, whole: routing === null };
}

/** The description of a tier with `judged` as the version that it is about. */
export async function describePlace(context: AwsContext, place: Place, judged: Judged): Promise<TierDescription> {
  const { clients } = context;
  const [nodes, reservedConcurrency] = await partOf(
    place,
    Promise.all([nodesOf(clients, place.replicationGroupId), reservedConcurrencyOf(clients, place.functionName)]),
  );
  return {
    tier: place.tier,
    apiUrl: place.apiUrl,
    deployedAt: judged.since,
    servingDigest: judged.digest,
    assemblyDigest: assemblyDigestOf(place),
    identity: {
      apiId: place.apiId,
      apiStage: place.apiStage,
      functionName: place.functionName,
      alias: place.alias,
      version: judged.version,
      previousVersion: judged.previousVersion,
      nodes,
      monitoringConnectionsPerNode: MONITORING_CONNECTIONS_PER_NODE,
      reservedConcurrency,
    },
  };
}

/** A stack that somebody deployed without Tidegate says `none`. */
function assemblyDigestOf({ stack }: Place): string | null {
  const digest = stack?.outputs[TIER_OUTPUTS.assemblyDigest] ?? '';
  return digest.startsWith('sha256:') ? digest : null;
}

async function servingAt({ clients }: AwsContext, place: Place): Promise<Judged> {
  const { functionName, alias, stack, tier } = place;
  const { version, digest, routing, modifiedAt } = await partOf(place, servingVersion(clients, functionName, alias));
  if (routing === null) return { version, digest, previousVersion: null, since: beganToServe(modifiedAt, stack?.updatedAt) };
  throw new AwsError(
    'rejected',
    `${tier} is split: version ${version} serves with version ${routing.version} at ${Math.round(routing.weight * 100)} %. A shift is in progress or was left behind; end it (CodeDeploy: complete or stop it with rollback), then run it again.`,
  );
}

/** What a complete stack names and AWS does not have is not a wrong name. */
async function partOf<T>({ stack }: Place, read: Promise<T>): Promise<T> {
  return read.catch((cause: unknown) => {
    if (stack === null || !(cause instanceof AwsError) || cause.problem !== 'not-found') throw cause;
    const message = `The stack ${stack.name} is complete, but a part that it names is gone: was it deleted by hand? ${cause.message}`;
    throw new AwsError('not-found', message, cause);
  });
}

/**
 * AWS does not say when an alias was moved. A version cannot serve before it was made, and a stack moves its alias after
 * its update began; the later of the two is the closest that is known. A moment that is too early would count
 * environments of the version before as this one's, and thereby thin a leak out.
 */
function beganToServe(madeAt: Date, stackUpdatedAt: Date | undefined): Date {
  return stackUpdatedAt !== undefined && stackUpdatedAt > madeAt ? stackUpdatedAt : madeAt;
}

/** @returns null when the function has none; @throws AwsError when it is switched off by a reservation of nothing */
export async function reservedConcurrencyOf(clients: AwsClients, functionName: string): Promise<number | null> {
  const { ReservedConcurrentExecutions: reserved } = await attempt(`read the reserved concurrency of ${functionName}`, () =>
    clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: functionName })),
  );
  if (reserved === 0) {
    throw new AwsError(
      'rejected',
      `The function ${functionName} is switched off: its reserved concurrency is 0. Give it back what the assembly says.`,
    );
  }
  return reserved ?? null;
}
