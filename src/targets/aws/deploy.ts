import { AwsError } from '../../aws/failure';
import type { Tier } from '../../gates/vocabulary';
import { DeployFailedError, type ReleasePackage, type TierDescription } from '../target';
import type { AwsContext } from './context';
import { describeTier } from './describe';
import { conditionOf, readStack } from './stack';
import { stackNameOf, startStackUpdate } from './stack-update';

/**
 * Deploys a release's assembly to a tier and verifies that its package serves. Production is only installed this way:
 * once it serves, nothing but a shift moves it.
 * @throws DeployFailedError with the first resource that failed, or when another package serves in the end
 * @throws AwsError when the deployment was refused before anything changed
 */
export async function deploy(context: AwsContext, tier: Tier, release: ReleasePackage): Promise<TierDescription> {
  const name = stackNameOf(context, tier);
  if (tier === 'production') await refuseIfInstalled(context, name);
  const update = await startStackUpdate(context, tier, release);
  const outcome = await update.done;
  if (outcome.state === 'rolled-back') {
    throw new DeployFailedError(
      `CloudFormation took the update of ${name} back; what served before serves. First failure: ${outcome.detail}`,
    );
  }
  if (outcome.state === 'failed') throw new DeployFailedError(`CloudFormation could not change ${name}. First failure: ${outcome.detail}`);
  const description = await describeTier(context, tier);
  if (description.servingDigest === release.packageDigest) return description;
  const { identity, servingDigest } = description;
  throw new DeployFailedError(
    `The stack ${name} is complete, but version ${identity.version} of ${identity.functionName} serves the package ${servingDigest} and not the release's ${release.packageDigest}. Find out who else moves the alias ${identity.alias} before you deploy again.`,
  );
}

/** A stack that is no more than the leavings of a failed creation is refused with its own words, later. */
async function refuseIfInstalled({ clients }: AwsContext, name: string): Promise<void> {
  const stack = await readStack(clients, name);
  if (stack === null || conditionOf(stack) === 'stillborn') return;
  throw new AwsError('rejected', `The stack ${name} exists: production moves by a promotion with its canary, never by a plain deployment.`);
}
