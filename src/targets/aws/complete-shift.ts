import { AwsError } from '../../aws/failure';
import type { TierDescription } from '../target';
import type { RunningShift } from './begin-shift';
import { bakeOf, readDeployment } from './code-deploy';
import type { AwsContext } from './context';
import { poll } from './poll';
import { describeServing, whereItStands } from './production-alias';

/** What CodeDeploy and CloudFormation may need beyond the canary itself. */
const GRACE_MS = 15 * 60_000;

/**
 * Waits until CodeDeploy has given the new version all requests and the stack's update is complete: nobody can shorten a
 * canary's time.
 *
 * @throws AwsError that says where production stands when it ends in any other way
 */
export async function completeShift(context: AwsContext, running: RunningShift, signal: AbortSignal | undefined): Promise<TierDescription> {
  try {
    await completed(context, running, signal);
    return await describeServing(context, running.shift.to.version, running.shift.description.deployedAt);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(error.problem, `${error.message} ${await whereItStands(context, running.canary.place)}`, error);
  }
}

async function completed(context: AwsContext, { canary, deployment, watch }: RunningShift, signal: AbortSignal | undefined): Promise<void> {
  if (deployment === null) return;
  const { codeDeploy } = context.clients;
  const withinMs = (await bakeOf(codeDeploy, deployment.configuration)) + GRACE_MS;
  context.say(`waiting until CodeDeploy gives the new version all requests: ${withinMs / 60_000} minutes at most`);
  const deadline = context.clock.now() + withinMs;
  const ended = await poll(
    context.clock,
    withinMs,
    async () => {
      const now = await readDeployment(codeDeploy, deployment.id);
      return now.state === 'in-progress' ? null : now;
    },
    signal,
  );
  const overdue = (what: string): AwsError =>
    new AwsError('rejected', `${what} had not ended ${GRACE_MS / 60_000} minutes after the canary's time.`);
  if (ended === null) throw overdue(`CodeDeploy's deployment ${deployment.id}`);
  if (ended.state !== 'succeeded') {
    const lost = watch.lost();
    throw new AwsError('rejected', `CodeDeploy took the canary back (${ended.id}). ${ended.why}${lost === null ? '' : ` (${lost})`}`);
  }
  const outcome = await poll(context.clock, Math.max(0, deadline - context.clock.now()), async () => canary.update.outcome(), signal);
  if (outcome === null) throw overdue("The stack's update");
  if (outcome.state !== 'complete') {
    throw new AwsError(
      'rejected',
      `CodeDeploy shifted all requests, but the stack's update did not hold. First failure: ${outcome.detail}`,
    );
  }
}
