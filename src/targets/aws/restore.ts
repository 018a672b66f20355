import { AwsError } from '../../aws/failure';
import type { TierDescription } from '../target';
import { deploymentsInProgress, readDeployment, stopWithRollback } from './code-deploy';
import type { AwsContext } from './context';
import { poll } from './poll';
import { byHand, describeServing, moveAll, productionPlace, type ShiftingPlace, whereItStands } from './production-alias';
import { conditionOf, readStack, type Stack } from './stack';
import { cancelUpdate } from './take-back';
import { versionOf, versionOfPackage } from './versions';

const STOPPED_WITHIN_MS = 5 * 60_000;
const STACK_WITHIN_MS = 15 * 60_000;

export interface Restoration {
  readonly packageDigest: string;
  /** The version that served it; null when nobody wrote it down. */
  readonly version: string | null;
}

/**
 * Gives all of production's requests back to a package that it served before, in seconds: its version is still there.
 * Alarms are not heeded, and a canary that is in progress is stopped first. Infrastructure is left as it is.
 *
 * @throws AwsError that says where production stands, with the command to move the alias by hand
 */
export async function restoreProduction(context: AwsContext, to: Restoration): Promise<TierDescription> {
  const place = await productionPlace(context);
  const { packageDigest } = to;
  const version = await versionToRestore(context, place, to);
  if (version === null) {
    throw new AwsError(
      'not-found',
      `${to.version === null ? 'No version' : `Version ${to.version}`} of ${place.functionName} holds the package ${packageDigest} any more: somebody deleted it. Promote a release that holds it, or roll back to another one.`,
    );
  }
  try {
    await stopDeployments(context, place);
    await moveAll(context, place, version, `Tidegate: rollback to ${packageDigest.slice(0, 19)}`);
    await outlastStack(context, place, version);
    return await describeServing(context, version, new Date(context.clock.now()));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const command = byHand(context, place, version);
    const rest = error.message.includes(command) ? '' : ` ${await whereItStands(context, place)} ${command}`;
    throw new AwsError(error.problem, `${error.message}${rest}`, error);
  }
}

/** The version on record, if it is still there and still holds the package; without a record the newest that does. */
async function versionToRestore(context: AwsContext, { functionName }: ShiftingPlace, to: Restoration): Promise<string | null> {
  if (to.version === null) return versionOfPackage(context.clients, functionName, to.packageDigest);
  const found = await versionOf(context.clients, functionName, to.version).catch((error: unknown) => {
    if (error instanceof AwsError && error.problem === 'not-found') return null;
    throw error;
  });
  return found?.digest === to.packageDigest ? to.version : null;
}

/** CodeDeploy refuses a second deployment while one goes on. Its own rollbacks are waited for. */
async function stopDeployments(context: AwsContext, { shift }: ShiftingPlace): Promise<void> {
  const { codeDeploy } = context.clients;
  for (const id of await deploymentsInProgress(codeDeploy, shift)) {
    if ((await readDeployment(codeDeploy, id)).isRollback) continue;
    context.say(`stopping CodeDeploy's deployment ${id}`);
    await stopWithRollback(codeDeploy, id);
  }
  const quiet = await poll(
    context.clock,
    STOPPED_WITHIN_MS,
    async () => (await deploymentsInProgress(codeDeploy, shift)).length === 0 || null,
  );
  if (quiet === null)
    throw new AwsError('rejected', `CodeDeploy's deployment had not stopped after ${STOPPED_WITHIN_MS / 60_000} minutes.`);
}

/** An update of the stack that goes on, or is taken back, moves the alias once more: it has to stay where it was put. */
async function outlastStack(context: AwsContext, place: ShiftingPlace, version: string): Promise<void> {
  const { clients, clock } = context;
  const { stack } = place;
  if (stack === null || !moves(await readStack(clients, stack.name))) return;
  context.say(`version ${version} serves all requests; waiting until CloudFormation leaves ${stack.name} alone`);
  await cancelUpdate(clients, stack.name);
  const settled = await poll(clock, STACK_WITHIN_MS, async () => !moves(await readStack(clients, stack.name)) || null);
  if (settled === null) context.say(`${stack.name} is still being changed: look at the alias again when it is done`);
  await moveAll(context, place, version, 'Tidegate: rollback, after the update of the stack');
}

function moves(stack: Stack | null): boolean {
  return stack !== null && ['in-progress', 'rolling-back'].includes(conditionOf(stack));
}
