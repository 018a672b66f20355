import { AwsError } from '../../aws/failure';
import type { TierDescription } from '../target';
import { moveAtOnce, readDeployment } from './code-deploy';
import type { AwsContext } from './context';
import { describePlace } from './describe';
import { type Place, placeOf, type ShiftPlace } from './place';
import { poll } from './poll';
import { type ServingVersion, servingVersion } from './versions';

/** Production where CodeDeploy moves its alias. */
export type ShiftingPlace = Place & { readonly shift: ShiftPlace };

const MOVED_WITHIN_MS = 5 * 60_000;

/** Whatever state its stack is in: traffic must be movable then too. */
export async function productionPlace(context: AwsContext): Promise<ShiftingPlace> {
  const place = await placeOf(context, 'production', { changing: true, stuck: true });
  const { shift } = place;
  if (shift !== null) return { ...place, shift };
  throw new AwsError(
    'rejected',
    'The policy gives production by identities, not by a stack: somebody else deploys it, so Tidegate has no CodeDeploy group to move its alias with.',
  );
}

export function servingIn({ clients }: AwsContext, { functionName, alias }: Place): Promise<ServingVersion> {
  return servingVersion(clients, functionName, alias);
}

/** All requests go to one version, and it is this one. */
export function servesAll({ version, routing }: ServingVersion, wanted: string): boolean {
  return version === wanted && routing === null;
}

/** One sentence for an error's end: what production's clients meet now. Never throws. */
export async function whereItStands(context: AwsContext, place: Place): Promise<string> {
  try {
    const serving = await servingIn(context, place);
    return `Production now: ${shares(serving)}.`;
  } catch (error) {
    return `Where production stands could not be read: ${error instanceof Error ? error.message : error}`;
  }
}

/** `version 7 serves all requests`, or each version's share. */
export function shares({ version, routing }: ServingVersion): string {
  if (routing === null) return `version ${version} serves all requests`;
  const percent = Math.round(routing.weight * 100);
  return `version ${version} serves ${100 - percent} % of the requests and version ${routing.version} ${percent} %`;
}

/** The last resort, for a person: AWS's own command, which needs neither CodeDeploy nor Tidegate. */
export function byHand({ clients }: AwsContext, { functionName, alias }: Place, version: string): string {
  return `To move it by hand, past CodeDeploy: \`aws lambda update-alias --region ${clients.region} --function-name ${functionName} --name ${alias} --function-version ${version} --routing-config 'AdditionalVersionWeights={}'\``;
}

/**
 * Moves all requests to a version by a CodeDeploy deployment of its own and reads the alias afterwards.
 * @throws AwsError with the command to do it by hand
 */
export async function moveAll(context: AwsContext, place: ShiftingPlace, version: string, reason: string): Promise<void> {
  const { codeDeploy } = context.clients;
  const serving = await servingIn(context, place);
  if (servesAll(serving, version)) return;
  if (serving.routing !== null) {
    throw new AwsError(
      'rejected',
      `The alias ${place.alias} is split although no deployment is in progress (${shares(serving)}), and CodeDeploy moves no split alias. ${byHand(context, place, version)}`,
    );
  }
  const { functionName, alias } = place;
  const id = await moveAtOnce(codeDeploy, place.shift, { functionName, alias, from: serving.version, to: version, reason });
  context.say(`CodeDeploy moves ${alias} from version ${serving.version} to ${version} (${id})`);
  const ended = await poll(context.clock, MOVED_WITHIN_MS, async () => {
    const deployment = await readDeployment(codeDeploy, id);
    return deployment.state === 'in-progress' ? null : deployment;
  });
  if (ended?.state === 'succeeded' && servesAll(await servingIn(context, place), version)) return;
  const why = ended === null ? `had not ended after ${MOVED_WITHIN_MS / 60_000} minutes` : `ended: ${ended.why}`;
  throw new AwsError(
    'rejected',
    `CodeDeploy's deployment ${id} to version ${version} ${why}. ${await whereItStands(context, place)} ${byHand(context, place, version)}`,
  );
}

/** Production with a version that serves all requests, as the alias says it. @throws AwsError when it is another one */
export async function describeServing(context: AwsContext, version: string, since?: Date): Promise<TierDescription> {
  const place = await productionPlace(context);
  const serving = await servingIn(context, place);
  if (!servesAll(serving, version)) {
    throw new AwsError('rejected', `Version ${version} was to serve all of production's requests, but ${shares(serving)}.`);
  }
  return describePlace(context, place, { version, digest: serving.digest, previousVersion: null, since: since ?? serving.modifiedAt });
}
