import { CliCredentialsStackSynthesizer, type ISynthesisSession, type SynthesizeStackArtifactOptions } from 'aws-cdk-lib';
import { STACKS } from '../../src/contract';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { stackRoleName } from './purposes';

/**
 * How a tier's stack is written into the assembly: assets go to the bootstrap bucket with the credentials of whoever deploys (no role of the
 * bootstrap is assumed), below a prefix of the tier, so that neither tier's job can write what the other's will read; and CloudFormation
 * changes the stack with the tier's own role.
 */
export class TierSynthesizer extends CliCredentialsStackSynthesizer {
  private readonly executionRole: string;

  constructor(settings: Pick<Settings, 'service'>, tier: Tier) {
    super({ bucketPrefix: assetPrefix(tier) });
    // Placeholders of the assembly's own format: account and partition are known at deploy.
    this.executionRole = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${stackRoleName(settings, tier)}`;
  }

  protected override emitArtifact(session: ISynthesisSession, options: SynthesizeStackArtifactOptions = {}): void {
    super.emitArtifact(session, { ...options, cloudFormationExecutionRoleArn: this.executionRole });
  }
}

export function assetPrefix(tier: Tier): string {
  return `${STACKS[tier]}/`;
}
