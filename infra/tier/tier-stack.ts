import { CfnOutput, CfnParameter, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { CfnParameter as CfnSsmParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { ASSEMBLY_DIGEST_PARAMETER, SHIFT_OUTPUTS, TIER_OUTPUTS } from '../../src/contract';
import { tierBoundaryName } from '../delivery/purposes';
import { TierSynthesizer } from '../delivery/tier-synthesizer';
import { AUTHORIZATION } from './http-api';
import { ServiceTier, type ServiceTierProps } from './service-tier';
import { ALIAS, TIER_SHAPES } from './tiers';

/** `none`, or what Tidegate gives at deploy. */
const DIGEST = '^(none|sha256:[0-9a-f]{64})$';

/** A tier as it is deployed: the service, which assembly it came from, and what Tidegate must know of it. */
export class TierStack extends Stack {
  readonly service: ServiceTier;

  constructor(scope: Construct, props: ServiceTierProps) {
    const { stackName } = TIER_SHAPES[props.tier];
    super(scope, stackName, {
      description: `${props.settings.service}: the service's ${props.tier} tier`,
      synthesizer: new TierSynthesizer(props.settings, props.tier) as IStackSynthesizer,
    });
    this.service = new ServiceTier(this, 'Tier', props);
    // No role of a tier can do more than its boundary says, which the delivery stack holds out of the pipeline's reach.
    PermissionsBoundary.of(this).apply(ManagedPolicy.fromManagedPolicyName(this, 'Boundary', tierBoundaryName(props.settings, props.tier)));
    this.tags.setTag('service', props.settings.service);
    this.tags.setTag('tier', props.tier);
    this.markAssembly();
    this.declareOutputs();
  }

  /** In a resource, because CloudFormation takes a change of a parameter that nothing uses for no change at all. */
  private markAssembly(): void {
    const digest = new CfnParameter(this, ASSEMBLY_DIGEST_PARAMETER, {
      type: 'String',
      default: 'none',
      allowedPattern: DIGEST,
      description: 'Digest of the assembly that this stack is deployed from',
    });
    new CfnSsmParameter(this, 'AssemblyMark', {
      name: `/tidegate/${this.stackName}/assembly-digest`,
      type: 'String',
      value: digest.valueAsString,
      description: 'Digest of the assembly that this stack is deployed from',
    });
    this.output(TIER_OUTPUTS.assemblyDigest, digest.valueAsString);
  }

  private declareOutputs(): void {
    const { api, access, names, shift } = this.service;
    this.output(TIER_OUTPUTS.apiUrl, api.url);
    this.output(TIER_OUTPUTS.apiId, api.apiId);
    this.output(TIER_OUTPUTS.apiStage, api.stageName);
    this.output(TIER_OUTPUTS.apiAuthorization, AUTHORIZATION[access.type]);
    this.output(TIER_OUTPUTS.functionName, names.functionName);
    this.output(TIER_OUTPUTS.alias, ALIAS);
    this.output(TIER_OUTPUTS.replicationGroupId, names.replicationGroupId);
    if (shift === null) return;
    this.output(SHIFT_OUTPUTS.deploymentApplication, shift.application);
    this.output(SHIFT_OUTPUTS.deploymentGroup, shift.deploymentGroup);
    this.output(SHIFT_OUTPUTS.watchAlarm, shift.watchAlarm);
  }

  /** An output may bear the name of a parameter, a construct may not. */
  private output(name: string, value: string): void {
    new CfnOutput(this, `Output${name}`, { value }).overrideLogicalId(name);
  }
}
