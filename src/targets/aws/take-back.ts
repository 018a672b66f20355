import { CancelUpdateStackCommand } from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../../aws/clients';
import { AwsError } from '../../aws/failure';
import { type Deployment, deploymentsInProgress, readDeployment, recentDeployments, stopWithRollback } from './code-deploy';
import type { AwsContext } from './context';
import { poll } from './poll';
import { byHand, moveAll, type ShiftingPlace, servesAll, servingIn, shares } from './production-alias';
import type { StackOutcome, StackUpdate } from './stack-update';

/** A stack update whose end can be asked for without waiting. */
export interface FollowedUpdate {
  /** Null while CloudFormation is at it. */
  outcome(): StackOutcome | null;
}

export interface Canary {
  readonly place: ShiftingPlace;
  /** The version that served before. */
  readonly from: string;
  /** The version that the shift gives a share; null until it has been seen. */
  readonly to: string | null;
  /** The deployment that shifts; null when none has been seen yet. */
  readonly deploymentId: string | null;
  /** Deployments that there were before. */
  readonly known: ReadonlySet<string>;
  readonly update: FollowedUpdate;
}

/** CodeDeploy's rollback takes seconds; the stack's takes what its other resources take. */
const BACK_WITHIN_MS = 15 * 60_000;

export function followed({ done }: StackUpdate): FollowedUpdate {
  let outcome: StackOutcome | null = null;
  done.then(
    (ended) => {
      outcome = ended;
    },
    (error: unknown) => {
      outcome = { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
    },
  );
  return { outcome: () => outcome };
}

/** The deployment that an update made; CodeDeploy's own rollback of it is not one. */
export async function canaryAmong(context: AwsContext, { shift }: ShiftingPlace, known: ReadonlySet<string>): Promise<Deployment | null> {
  const { codeDeploy } = context.clients;
  const ids = await recentDeployments(codeDeploy, shift, context.clock.now());
  const found = await Promise.all(ids.filter((id) => !known.has(id)).map((id) => readDeployment(codeDeploy, id)));
  return found.filter(({ isRollback }) => !isRollback).sort((a, b) => a.createdAt - b.createdAt)[0] ?? null;
}

/**
 * Ends a canary with all requests on the version that served before, whatever has happened to it meanwhile: nothing when
 * CodeDeploy took it back by itself, another deployment when it had completed. May be called again. A third version that serves
 * is somebody else's decision, such as a rollback at the same time, and stays.
 *
 * @throws AwsError when the alias is not there in the end, with what it is and the command to move it by hand
 */
export async function takeBack(context: AwsContext, canary: Canary): Promise<void> {
  const { place, from, to } = canary;
  const settled = await waitUntilSettled(context, canary);
  const serving = await servingIn(context, place);
  if (servesAll(serving, from)) {
    if (settled?.state !== 'failed') return;
    context.say(`production serves version ${from} again, but its stack needs somebody: ${settled.detail}`);
  } else if (settled !== null && serving.routing === null && to !== null && serving.version !== to) {
    throw new AwsError(
      'rejected',
      `Somebody else moved production meanwhile, and it is left there: ${shares(serving)}, neither ${from}, which served before, nor ${to}, the canary's.`,
    );
  } else if (settled !== null && serving.routing === null) {
    await moveAll(context, place, from, `Tidegate: back to version ${from}`);
  } else {
    const waited = settled === null ? ` after ${BACK_WITHIN_MS / 60_000} minutes` : '';
    throw new AwsError('rejected', `The canary could not be taken back${waited}: ${shares(serving)}. ${byHand(context, place, from)}`);
  }
}

/** @returns how the stack's update ended; null when it or a deployment still goes on after the deadline */
async function waitUntilSettled(context: AwsContext, canary: Canary): Promise<StackOutcome | null> {
  const { clients, clock } = context;
  const { place, update, known } = canary;
  let { deploymentId: id } = canary;
  // First of all: whoever interrupts a run may leave us seconds.
  if (id !== null) await stopWithRollback(clients.codeDeploy, id);
  else if (place.stack !== null && update.outcome() === null) await cancelUpdate(clients, place.stack.name);
  return poll(clock, BACK_WITHIN_MS, async () => {
    if (id === null) {
      id = (await canaryAmong(context, place, known))?.id ?? null;
      if (id !== null) await stopWithRollback(clients.codeDeploy, id);
    }
    const busy = await deploymentsInProgress(clients.codeDeploy, place.shift);
    return busy.length === 0 ? update.outcome() : null;
  });
}

/** Best effort: it may have ended, or be on its way back, or wait for a deployment that is stopped instead. */
export async function cancelUpdate({ cloudFormation }: Pick<AwsClients, 'cloudFormation'>, stackName: string): Promise<void> {
  await cloudFormation.send(new CancelUpdateStackCommand({ StackName: stackName })).catch(() => undefined);
}
