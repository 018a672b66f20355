import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRootPrincipal, type PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DELIVERY_OUTPUTS } from '../../src/contract';
import { TIERS, type Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { alarmKey } from './alarm-key';
import { iamArn } from './arns';
import { BoundedRole } from './bounded-role';
import { LedgerBucket } from './ledger-bucket';
import { GithubOidcProvider } from './oidc-provider';
import { invokeRoleName, PURPOSE_NAMES, PURPOSES, type Purpose, purposeRoleName, stackRoleName } from './purposes';
import {
  mayAppend,
  mayDeploy,
  mayDescribe,
  mayEndUpdate,
  mayFindLedger,
  mayInvoke,
  mayMeasure,
  maySeeLedger,
  mayShift,
} from './rights-of-jobs';
import { mayChangeTier } from './rights-of-stack';
import { allow } from './statement';
import { tierBoundary } from './tier-boundary';
import { githubTrust } from './trust';

/** Name of the parameter that takes the id of staging's API, which only its deployment tells. Until then nobody may invoke anything. */
export const STAGING_API_PARAMETER = 'StagingApiId';

export interface DeliveryStackProps extends StackProps {
  readonly settings: Settings;
}

/**
 * Who may deliver, and where it is recorded: GitHub as an identity provider, a role for each purpose, the roles that CloudFormation
 * changes the tiers with, the boundaries of the tiers' roles, and the ledger. An administrator deploys it, once, before the tiers;
 * no role of the pipeline can change it.
 */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: DeliveryStackProps) {
    super(scope, id, props);
    const { bucket } = new LedgerBucket(this, 'Ledger');
    alarmKey(this, settings);
    const rights = rightsOf(settings, this.stagingApiId(), bucket.bucketArn);
    const provider = new GithubOidcProvider(this, 'GitHub');
    for (const purpose of PURPOSE_NAMES) {
      const { role } = new BoundedRole(this, purpose, {
        roleName: purposeRoleName(settings, purpose),
        description: `${settings.service}: assumed by jobs of the deployment environment ${PURPOSES[purpose].environment}`,
        trusts: githubTrust(settings, purpose, provider.arn),
        may: rights[purpose],
      });
      this.tell(role, purpose);
    }
    this.invokeRole(settings, rights.invoke);
    for (const tier of TIERS) {
      tierBoundary(this, settings, tier);
      new BoundedRole(this, `stack-${tier}`, {
        roleName: stackRoleName(settings, tier),
        description: `${settings.service}: CloudFormation changes the stack of ${tier} with it`,
        trusts: new ServicePrincipal('cloudformation.amazonaws.com'),
        may: mayChangeTier(settings, tier),
      });
    }
    new CfnOutput(this, DELIVERY_OUTPUTS.ledgerBucket, { value: bucket.bucketName });
  }

  private stagingApiId(): string {
    const description = "Id of staging's API, from the output ApiId of its stack; `none` until it is deployed";
    return new CfnParameter(this, STAGING_API_PARAMETER, { default: 'none', allowedPattern: '^[a-z0-9]+$', description }).valueAsString;
  }

  private invokeRole(settings: Settings, may: readonly PolicyStatement[]): void {
    const { role } = new BoundedRole(this, 'invoke', {
      roleName: invokeRoleName(settings),
      description: `${settings.service}: sends requests to staging and does nothing else; for load generators`,
      // Whoever in the account has the right to become it: `qualify`, and an engineer who tries staging by hand.
      trusts: new AccountRootPrincipal(),
      may,
    });
    this.tell(role, 'invoke');
  }

  private tell(role: Role, name: string): void {
    new CfnOutput(this, `Role${name.charAt(0).toUpperCase()}${name.slice(1)}`, { value: role.roleArn });
  }
}

function rightsOf(
  settings: Settings,
  stagingApiId: string,
  bucketArn: string,
): Readonly<Record<Purpose | 'invoke', readonly PolicyStatement[]>> {
  const invoke = mayInvoke(stagingApiId);
  const record = mayAppend(bucketArn);
  const look = (tier: Tier) => [...mayDescribe(settings, tier), ...mayMeasure(), ...maySeeLedger(bucketArn)];
  const deploy = (tier: Tier) => [...look(tier), ...mayDeploy(settings, tier)];
  const move = [...mayShift(settings, 'production'), ...mayEndUpdate('production'), ...record];
  const becomeInvoker = allow('BecomeInvoker', ['sts:AssumeRole'], [iamArn(`role/${invokeRoleName(settings)}`)]);
  return {
    deployStaging: deploy('staging'),
    qualify: [...look('staging'), becomeInvoker, ...invoke],
    deployProduction: [...deploy('production'), ...move],
    // Nobody approves a rollback, so it can move the alias to a version that is there and do no more: it deploys nothing, not even
    // what it goes back to. The second step, `rollback --redeploy`, is a deployment and runs with the role before.
    rollback: [...look('production'), ...move],
    ledger: [...mayFindLedger(), ...record],
    invoke,
  };
}
