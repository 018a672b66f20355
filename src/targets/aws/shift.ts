import { AwsError } from '../../aws/failure';
import type { Shift, ShiftState, Target, TierDescription } from '../target';
import { beginShift, type RunningShift, type ShiftDependencies } from './begin-shift';
import { readDeployment } from './code-deploy';
import { completeShift } from './complete-shift';
import type { AwsContext } from './context';
import { describeServing, servesAll, servingIn, shares } from './production-alias';
import { takeBack } from './take-back';

/**
 * Production behind a canary that CodeDeploy runs: it alone moves the alias, in the course of a stack update, and takes
 * it back when an alarm of its group is raised. This side starts the update, watches, and stops it.
 *
 * If this process dies in the middle, nobody publishes that the canary is watched. Three minutes without it raise the
 * watch alarm; CodeDeploy stops the deployment and moves the alias back by another one, which heeds no alarm; the stack's
 * update fails on its alias and CloudFormation takes it back. Until then a new process finds the deployment in progress:
 * `beginShift` refuses and names it, `restoreProduction` stops it.
 *
 * @returns `close` ends the watch over shifts that were not stopped: CodeDeploy takes those back
 */
export function shifts(dependencies: ShiftDependencies): Pick<Target, 'beginShift' | 'observe' | 'stop' | 'close'> {
  const { context, signal } = dependencies;
  const running = new Map<string, RunningShift>();
  return {
    async beginShift(tier, release, wanted) {
      if (tier !== 'production') throw new AwsError('rejected', 'Only production is shifted: staging moves at once, with its stack.');
      const begun = await beginShift(dependencies, release, wanted);
      running.set(begun.shift.id, begun);
      return begun.shift;
    },
    observe: async (shift) => observe(context, known(running, shift)),
    async stop(shift, outcome) {
      const found = known(running, shift);
      try {
        return await (outcome === 'complete' ? completeShift(context, found, signal) : rollBack(context, found));
      } finally {
        await found.watch.stop();
      }
    },
    async close() {
      await Promise.all([...running.values()].map(({ watch }) => watch.stop()));
    },
  };
}

function known(running: ReadonlyMap<string, RunningShift>, { id }: Shift): RunningShift {
  const found = running.get(id);
  if (found === undefined) throw new AwsError('not-found', `The shift ${id} was not begun by this process.`);
  return found;
}

async function observe(context: AwsContext, { shift, canary, deployment, watch }: RunningShift): Promise<ShiftState> {
  const { from, to } = shift;
  if (deployment === null) return { state: 'completed', detail: `the release moved no version: ${to.version} serves all requests` };
  const { id, state, why } = await readDeployment(context.clients.codeDeploy, deployment.id);
  if (state === 'succeeded') return { state: 'completed', detail: `version ${to.version} serves all requests` };
  if (state === 'in-progress') {
    const lost = watch.lost();
    if (lost !== null) return { state: 'failed', detail: lost };
    return { state: 'in-progress', detail: `${Math.round(shift.weight * 100)} % on version ${to.version} (${id})` };
  }
  const serving = await servingIn(context, canary.place);
  return { state: servesAll(serving, from.version) ? 'rolled-back' : 'failed', detail: `${why} (${id}); ${shares(serving)}` };
}

async function rollBack(context: AwsContext, { shift, canary, deployment }: RunningShift): Promise<TierDescription> {
  if (deployment === null) {
    throw new AwsError(
      'rejected',
      `The release moved no version, only infrastructure, and for all requests: there is no traffic to take back. Production serves version ${shift.from.version} with the new infrastructure; bring the stack back to the release that the ledger says: \`tidegate rollback --target aws --redeploy --reason "..."\`.`,
    );
  }
  await takeBack(context, canary);
  return describeServing(context, shift.from.version);
}
