import { Aws } from 'aws-cdk-lib';
import { STACKS } from '../../src/contract';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { stackRoleName } from './purposes';

type Named = Pick<Settings, 'service'>;

/** `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE` of the account and region that the stack is deployed to. */
export function arn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

export function iamArn(resource: string): string {
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${resource}`;
}

export function stackArn(stack: string): string {
  return arn('cloudformation', `stack/${stack}/*`);
}

/** A tier's resources of one kind that have our names: all of them begin with the service and the tier. */
export function named({ service }: Named, tier: Tier, of: string, kind: string): string {
  return arn(of, `${kind}${service}-${tier}*`);
}

/** What CloudFormation begins the names with that it makes up. */
export function madeUp(tier: Tier): string {
  return `${STACKS[tier]}-*`;
}

/** The role that CloudFormation changes a tier's stack with. */
export function stackRoleArn(settings: Named, tier: Tier): string {
  return iamArn(`role/${stackRoleName(settings, tier)}`);
}

/** The bucket that `cdk bootstrap` makes for assets. */
export const ASSET_BUCKET = `arn:${Aws.PARTITION}:s3:::cdk-hnb659fds-assets-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
/** Says that the account is bootstrapped, and with which version. */
export const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';
