import { STACKS } from '../../../src/contract';
import type { Tier } from '../../../src/gates/vocabulary';
import { type Template, textOf } from './statements';

const ACCOUNT = '123456789012';
const REGION = 'ap-southeast-2';
export const ASSET_BUCKET = `arn:aws:s3:::cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;

/** A name that somebody gave, or one as CloudFormation makes it up. */
interface Named {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly madeUp: string;
}

/** What a resource is called in a policy. */
const ARNS: Readonly<Record<string, (named: Named) => readonly string[]>> = {
  'AWS::CloudWatch::Alarm': ({ properties }) => [arn('cloudwatch', `alarm:${textOf(properties['AlarmName'])}`)],
  'AWS::CloudWatch::Dashboard': ({ properties }) => [`arn:aws:cloudwatch::${ACCOUNT}:dashboard/${textOf(properties['DashboardName'])}`],
  'AWS::CodeDeploy::Application': ({ properties }) => [arn('codedeploy', `application:${textOf(properties['ApplicationName'])}`)],
  'AWS::CodeDeploy::DeploymentConfig': ({ madeUp }) => [arn('codedeploy', `deploymentconfig:${madeUp}`)],
  // Application and group have one name.
  'AWS::CodeDeploy::DeploymentGroup': ({ properties }) => [
    arn('codedeploy', `deploymentgroup:${textOf(properties['DeploymentGroupName'])}/${textOf(properties['DeploymentGroupName'])}`),
  ],
  'AWS::ElastiCache::ParameterGroup': ({ madeUp }) => [arn('elasticache', `parametergroup:${madeUp.toLowerCase()}`)],
  'AWS::ElastiCache::ReplicationGroup': ({ properties }) => {
    const id = textOf(properties['ReplicationGroupId']);
    return [arn('elasticache', `replicationgroup:${id}`), arn('elasticache', `cluster:${id}-001`)];
  },
  'AWS::ElastiCache::SubnetGroup': ({ madeUp }) => [arn('elasticache', `subnetgroup:${madeUp.toLowerCase()}`)],
  'AWS::ElastiCache::User': ({ properties }) => [arn('elasticache', `user:${textOf(properties['UserId'])}`)],
  'AWS::ElastiCache::UserGroup': ({ properties }) => [arn('elasticache', `usergroup:${textOf(properties['UserGroupId'])}`)],
  'AWS::IAM::Role': ({ madeUp }) => [`arn:aws:iam::${ACCOUNT}:role/${madeUp}`],
  'AWS::Lambda::Function': ({ properties }) =>
    ['', ':live', ':7'].map((qualifier) => arn('lambda', `function:${textOf(properties['FunctionName'])}${qualifier}`)),
  'AWS::Logs::LogGroup': ({ properties }) =>
    ['', ':log-stream:one'].map((stream) => arn('logs', `log-group:${textOf(properties['LogGroupName'])}${stream}`)),
  'AWS::SNS::Topic': ({ properties }) => [arn('sns', textOf(properties['TopicName']))],
  'AWS::SSM::Parameter': ({ properties }) => [arn('ssm', `parameter${textOf(properties['Name'])}`)],
};
/** AWS draws their ids, or they are parts of the others: unscoped.ts judges the rights over the former. */
const NAMELESS =
  /^AWS::(ApiGatewayV2|EC2)::|^AWS::IAM::Policy$|^AWS::Lambda::(Alias|Permission|Version)$|^AWS::Logs::MetricFilter$|^AWS::SNS::(TopicPolicy|Subscription)$/;

/** ARNs of all of a tier that has a name, its stack and its files among them. @throws for a kind of resource that is not known here */
export function arnsOf(tier: Tier, { Resources: resources }: Template): readonly string[] {
  const stack = STACKS[tier];
  const named = Object.entries(resources).flatMap(([id, { Type: type, Properties: properties = {} }]) => {
    const of = ARNS[type];
    if (of !== undefined) return of({ properties, madeUp: `${stack}-${id}-1A2B3C4D5E6F` });
    if (NAMELESS.test(type)) return [];
    throw new Error(`${stack}/${id}: nobody knows the ARN of ${type}`);
  });
  return [...named, stackArn(stack), `${ASSET_BUCKET}/${stack}/0123abcd.zip`, iamRole(`check-in-delivery-stack-${tier}`)];
}

export function stackArn(stack: string): string {
  return arn('cloudformation', `stack/${stack}/0123-4567`);
}

export function iamRole(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** Whether an ARN is one that a policy's pattern means: `*` stands for anything, `?` for one character. */
export function isMeant(pattern: string, by: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(by);
}
