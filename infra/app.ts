import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES, DISABLE_METADATA_STACK_TRACE, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { STACKS } from '../src/contract';
import type { Policy } from '../src/gates/policy/policy';
import { TIERS } from '../src/gates/vocabulary';
import { ConfigurationError } from '../src/pipeline/errors';
import { DeliveryStack } from './delivery/delivery-stack';
import type { Settings } from './settings';
import { acknowledge, type Suppression, suppressionsFor } from './suppressions';
import { TierStack } from './tier/tier-stack';

export interface AppProps {
  readonly policy: Policy;
  readonly settings: Settings;
  /** Path of the deterministic zip. */
  readonly packageZip: string;
  /** `sha256:...` of its bytes: AWS must say the same of what it publishes. */
  readonly packageDigest: string;
  /** Where the assembly is written to. */
  readonly outdir: string;
  /** Findings of cdk-nag that are meant to be so; by default all that are listed. */
  readonly suppressions?: readonly Suppression[];
}

/** After the environment's own context, so that no variable of the machine reaches the assembly. */
const CONTEXT = {
  ...recommendedFlags,
  [DISABLE_METADATA_STACK_TRACE]: true,
  [DISABLE_CREATION_STACK_TRACES]: true,
  [PATH_METADATA_ENABLE_CONTEXT]: false,
};

/**
 * The whole of what runs on AWS, for any account and region: both tiers, and what delivers to them.
 * @throws ConfigurationError when the policy cannot be had on AWS
 */
export function createApp({
  policy,
  settings,
  packageZip,
  packageDigest,
  outdir,
  suppressions = suppressionsFor(settings),
}: AppProps): App {
  requireOurStacks(policy);
  const app = new App({ outdir, postCliContext: CONTEXT, analyticsReporting: false, treeMetadata: false, performanceReporting: false });
  for (const tier of TIERS) new TierStack(app, { tier, policy, settings, package: { zip: packageZip, digest: packageDigest } });
  new DeliveryStack(app, STACKS.delivery, { settings, synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer });
  acknowledge(app, suppressions);
  return app;
}

/** Gates that look at other stacks than the ones that are deployed would judge something else. */
function requireOurStacks({ targets }: Policy): void {
  for (const tier of TIERS) {
    const named = targets.aws?.[tier];
    if (named === undefined || !('stack' in named) || named.stack === STACKS[tier]) continue;
    throw new ConfigurationError(`targets.aws.${tier}.stack: the assembly's stack is ${STACKS[tier]}, not ${named.stack}`);
  }
}
