import { AwsError } from '../../aws/failure';
import type { ReleasePackage, Shift, ShiftOptions } from '../target';
import { type CanaryWatch, watchCanary } from './canary-watch';
import { bakeOf, type Deployment, deploymentsInProgress, recentDeployments } from './code-deploy';
import type { AwsContext } from './context';
import { describePlace } from './describe';
import { poll } from './poll';
import { byHand, productionPlace, type ShiftingPlace, servingIn, shares, whereItStands } from './production-alias';
import { adviceFor, conditionOf } from './stack';
import type { StackUpdate } from './stack-update';
import { refuseOtherVersion } from './stack-version';
import { type Canary, canaryAmong, followed, takeBack } from './take-back';
import { type ServingVersion, versionOf } from './versions';

export interface ShiftDependencies {
  readonly context: AwsContext;
  readonly startUpdate: (release: ReleasePackage) => Promise<StackUpdate>;
  readonly signal?: AbortSignal | undefined;
}

/** A shift of this process. */
export interface RunningShift {
  readonly shift: Shift;
  readonly canary: Canary;
  /** Null when the release moved no version. */
  readonly deployment: Deployment | null;
  readonly watch: CanaryWatch;
}

/** Before it moves the alias, CloudFormation may have a replication group to change. */
const BEGINS_WITHIN_MS = 60 * 60_000;

/** Starts the stack's update and returns once CodeDeploy has given the new version its share. @throws AwsError */
export async function beginShift(dependencies: ShiftDependencies, release: ReleasePackage, wanted: ShiftOptions): Promise<RunningShift> {
  const { context, signal } = dependencies;
  if (release.assembly === null) {
    throw new AwsError('rejected', 'This release has no cloud assembly, and AWS deploys nothing else: make one with `tidegate build`.');
  }
  const place = await productionPlace(context);
  const from = await atRest(context, place);
  const { clients, clock } = context;
  const known = new Set(await recentDeployments(clients.codeDeploy, place.shift, clock.now()));
  context.say(`waiting until the alarm ${place.shift.watchAlarm} knows that the canary is watched`);
  const { functionName } = place;
  const watch = await watchCanary({ cloudWatch: clients.cloudWatch, functionName, alarmName: place.shift.watchAlarm, clock, signal });
  const update = await dependencies.startUpdate(release).catch(async (error: unknown) => {
    await watch.stop();
    throw error;
  });
  const canary: Canary = { place, from: from.version, to: null, deploymentId: null, known, update: followed(update) };
  try {
    return await begun(dependencies, release, wanted, from, { canary, watch });
  } catch (error) {
    throw await afterTakingBack(context, canary, error).finally(() => watch.stop());
  }
}

/** @returns what serves. @throws AwsError when production is not in the one state in which a shift may begin */
async function atRest(context: AwsContext, place: ShiftingPlace): Promise<ServingVersion> {
  const { clients } = context;
  const [busy] = await deploymentsInProgress(clients.codeDeploy, place.shift);
  if (busy !== undefined) {
    throw new AwsError(
      'rejected',
      `CodeDeploy's deployment ${busy} is moving production: another run is at it, or one died. Unwatched, it is taken back by itself within minutes; to take it back now: \`aws deploy stop-deployment --region ${clients.region} --deployment-id ${busy} --auto-rollback-enabled\`. Then run this again.`,
    );
  }
  const { stack } = place;
  const advice = stack === null || conditionOf(stack) === 'serving' ? null : adviceFor(stack, clients.region);
  if (advice !== null) throw new AwsError('rejected', advice);
  const serving = await servingIn(context, place);
  if (serving.routing !== null) {
    throw new AwsError(
      'rejected',
      `Production is split although no deployment is in progress: ${shares(serving)}. Somebody moved the alias, or stopped a deployment without rollback. ${byHand(context, place, serving.version)}`,
    );
  }
  await refuseOtherVersion(context, place, serving.version);
  return serving;
}

type Started = Pick<RunningShift, 'canary' | 'watch'>;

async function begun(
  dependencies: ShiftDependencies,
  release: ReleasePackage,
  wanted: ShiftOptions,
  from: ServingVersion,
  started: Started,
): Promise<RunningShift> {
  const { context, signal } = dependencies;
  const { canary, watch } = started;
  const seen = await poll(context.clock, BEGINS_WITHIN_MS, () => lookForShift(context, started), signal);
  if (seen === null) throw new AwsError('rejected', `CodeDeploy shifted nothing within ${BEGINS_WITHIN_MS / 60_000} minutes.`);
  const { deployment, routing } = seen;
  const { digest } = await versionOf(context.clients, canary.place.functionName, routing.version);
  if (digest !== release.packageDigest) {
    throw new AwsError('rejected', `Version ${routing.version} holds the package ${digest}, not the release's ${release.packageDigest}.`);
  }
  if (deployment !== null) await refuseOtherCanary(context, deployment, routing.weight, wanted);
  const to = { version: routing.version, digest };
  const since = new Date(context.clock.now());
  const description = await describePlace(context, canary.place, { ...to, previousVersion: from.version, since });
  const id = deployment?.id ?? `no-deployment/${release.digest}`;
  const shift: Shift = {
    id,
    tier: 'production',
    from: { version: from.version, digest: from.digest },
    to,
    weight: routing.weight,
    // The stack still says the one before: its update is not done.
    description: { ...description, assemblyDigest: release.digest },
  };
  context.say(deployment === null ? `the release moves no version: ${from.version} serves on` : `CodeDeploy's deployment ${id} shifts`);
  return { shift, canary: { ...canary, to: routing.version, deploymentId: deployment?.id ?? null }, deployment, watch };
}

/** Share and time are the assembly's; the policy may have changed since it was built. */
async function refuseOtherCanary(
  context: AwsContext,
  { id, configuration }: Deployment,
  weight: number,
  wanted: ShiftOptions,
): Promise<void> {
  const percent = (share: number): number => Math.round(share * 100);
  if (percent(weight) !== percent(wanted.weight)) {
    throw new AwsError(
      'rejected',
      `CodeDeploy gives the new version ${percent(weight)} % (${id}), the policy says ${percent(wanted.weight)} %: the assembly was built under another policy. Build it again.`,
    );
  }
  const bake = await bakeOf(context.clients.codeDeploy, configuration);
  if (bake >= wanted.watchMs) return;
  throw new AwsError(
    'rejected',
    `CodeDeploy would go on after ${Math.round(bake / 60_000)} minutes, but the policy's canary may need ${Math.ceil(wanted.watchMs / 60_000)} for its verdict: the assembly was built under another policy. Build it again.`,
  );
}

interface Seen {
  readonly deployment: Deployment | null;
  readonly routing: { readonly version: string; readonly weight: number };
}

async function lookForShift(context: AwsContext, { canary, watch }: Started): Promise<Seen | null> {
  const lost = watch.lost();
  if (lost !== null) throw new AwsError('rejected', `Nothing may shift unwatched: ${lost}.`);
  // Asked before the deployments: an update that has ended makes no more of them.
  const outcome = canary.update.outcome();
  const deployment = await canaryAmong(context, canary.place, canary.known);
  if (deployment === null) return outcome === null ? null : withoutDeployment(canary, outcome);
  if (deployment.state === 'ended') {
    throw new AwsError('rejected', `CodeDeploy took the canary back before it began (${deployment.id}). ${deployment.why}`);
  }
  if (deployment.state === 'succeeded') {
    throw new AwsError(
      'rejected',
      `CodeDeploy moved all requests at once (${deployment.id}): its configuration ${deployment.configuration} is no canary.`,
    );
  }
  const { routing } = await servingIn(context, canary.place);
  return routing === null ? null : { deployment, routing };
}

/** Infrastructure alone cannot be given to a share of the requests: it has changed for all of them. */
function withoutDeployment({ from }: Canary, outcome: NonNullable<ReturnType<Canary['update']['outcome']>>): Seen {
  if (outcome.state === 'complete') return { deployment: null, routing: { version: from, weight: 1 } };
  throw new AwsError('rejected', `CloudFormation could not update production, and nothing was shifted. First failure: ${outcome.detail}`);
}

/** @returns the error to throw: what went wrong, and where that leaves production */
async function afterTakingBack(context: AwsContext, canary: Canary, error: unknown): Promise<unknown> {
  const back = await takeBack(context, canary).then(
    () => '',
    (failure: unknown) => ` ${failure instanceof Error ? failure.message : failure}`,
  );
  const stands = `${await whereItStands(context, canary.place)}${back}`;
  if (error instanceof AwsError) return new AwsError(error.problem, `${error.message} ${stands}`, error);
  context.say(stands);
  return error;
}
