import { AwsError } from '../../aws/failure';
import { DeployFailedError, type ReleasePackage, type TierDescription } from '../target';
import { deploymentsInProgress } from './code-deploy';
import type { AwsContext } from './context';
import { describeServing, productionPlace } from './production-alias';
import type { StackUpdate } from './stack-update';
import { servingVersion } from './versions';

/**
 * The second step of a rollback: brings production's stack to the assembly of the release whose package serves already. The
 * alias goes to a version of the same package, without a canary, because nothing that serves changes.
 *
 * @param startUpdate begins the stack's update with CloudFormation moving the alias
 * @throws AwsError `rejected` when another package serves, or CodeDeploy is moving the alias: nothing was changed then
 * @throws DeployFailedError when CloudFormation took the update back
 */
export async function redeployProduction(
  context: AwsContext,
  release: ReleasePackage,
  startUpdate: (release: ReleasePackage) => Promise<StackUpdate>,
): Promise<TierDescription> {
  const { clients } = context;
  const { functionName, alias, shift } = await productionPlace(context);
  const busy = await deploymentsInProgress(clients.codeDeploy, shift);
  if (busy.length > 0)
    throw new AwsError('rejected', `CodeDeploy is moving production (${busy.join(', ')}): wait until that is done. Nothing was changed.`);
  const before = await servingVersion(clients, functionName, alias);
  if (before.digest !== release.packageDigest || before.routing !== null) {
    throw new AwsError(
      'rejected',
      `Production serves the package ${before.digest}, not ${release.packageDigest}: only an assembly whose package serves already is redeployed without a canary. Nothing was changed.`,
    );
  }
  const outcome = await (await startUpdate(release)).done;
  const after = await servingVersion(clients, functionName, alias);
  const stands = `Production serves version ${after.version} with the package ${after.digest}`;
  if (outcome.state !== 'complete') throw new DeployFailedError(`CloudFormation did not redeploy it: ${outcome.detail}. ${stands}.`);
  if (after.digest !== release.packageDigest || after.routing !== null)
    throw new DeployFailedError(`The stack is complete, but ${stands}, not ${release.packageDigest}: roll back again.`);
  return describeServing(context, after.version, new Date(context.clock.now()));
}
