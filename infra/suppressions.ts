import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { STACKS } from '../src/contract';
import type { Settings } from './settings';

/** A finding of cdk-nag that is meant to be so. */
export interface Suppression {
  /** The rule, and in brackets the one finding of it, as cdk-nag names them. */
  readonly finding: string;
  /** End of the construct's path; every construct that it names must exist. */
  readonly at: string;
  readonly reason: string;
}

/** Every suppression there is, for the tiers. A test counts them, and fails when one of them is no longer needed. */
export function suppressionsFor({ service, production }: Pick<Settings, 'service' | 'production'>): readonly Suppression[] {
  const open = production.authorization.type === 'open' ? [openApi(production.authorization.reason)] : [];
  return [CACHE_PASSWORD, FUNCTION_RESOURCES, SHIFT_ALARMS, shiftVersions(service), ...open];
}

const CACHE_PASSWORD: Suppression = {
  finding: 'AwsSolutions-AEC6',
  at: 'Tier/Cache/Group',
  reason:
    'The rule knows one shared password only. Here a user group admits one user by IAM tokens of 15 minutes, and shuts out the default user.',
};

const FUNCTION_RESOURCES: Suppression = {
  finding: 'AwsSolutions-IAM5[Resource::*]',
  at: 'Tier/Function/Role/DefaultPolicy',
  reason:
    'Network interfaces: EC2 describes no single one, Lambda makes them before they have a name, and the function itself is denied the calls. Tracing: X-Ray knows no narrower resource.',
};

const SHIFT_ALARMS: Suppression = {
  finding: 'AwsSolutions-IAM5[Resource::*]',
  at: 'Tier/Shift/Role/DefaultPolicy',
  reason: 'cloudwatch:DescribeAlarms only: it reads, and CodeDeploy asks it of every alarm at once.',
};

function shiftVersions(service: string): Suppression {
  const versions = `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${service}-production:*`;
  return {
    finding: `AwsSolutions-IAM5[Resource::${versions}]`,
    at: 'Tier/Shift/Role/DefaultPolicy',
    reason: 'lambda:GetProvisionedConcurrencyConfig only: it reads, of versions whose numbers are not known before they are published.',
  };
}

function openApi(reason: string): Suppression {
  return { finding: 'AwsSolutions-APIG4', at: `${STACKS.production}/Tier/HttpApi/Api`, reason };
}

/** Acknowledges on every construct below `root` what is listed for it. */
export function acknowledge(root: IConstruct, suppressions: readonly Suppression[]): void {
  for (const construct of root.node.findAll()) {
    for (const { finding, at, reason } of suppressions) {
      if (`/${construct.node.path}`.endsWith(`/${at}`)) Validations.of(construct).acknowledge({ id: finding, reason });
    }
  }
}
