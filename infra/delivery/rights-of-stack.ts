import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { STACKS } from '../../src/contract';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { TIER_SHAPES } from '../tier/tiers';
import { CHANGES_OF_NAMED } from './actions-of-stack';
import { ASSET_BUCKET, arn, iamArn, madeUp } from './arns';
import { tierBoundaryName } from './purposes';
import { grant } from './statement';
import { assetPrefix } from './tier-synthesizer';

type Statements = readonly PolicyStatement[];

const CACHE_SERVICE = 'elasticache.amazonaws.com';
/** Services that a tier's roles are for. */
const TAKERS = ['codedeploy.amazonaws.com', 'lambda.amazonaws.com', 'vpc-flow-logs.amazonaws.com'];

/**
 * All that CloudFormation needs to make, change and delete one tier's stack, and nothing of the other tier's. From the permissions that
 * AWS's resource types declare for their handlers, less what this tier does not use. A managed policy holds 6,144 characters: hence
 * one statement for all that has the tier's name.
 */
export function mayChangeTier(settings: Settings, tier: Tier): Statements {
  return [
    ...mayLook(settings, tier),
    ...mayChangeNamed(settings, tier),
    ...mayChangeNetwork(tier),
    ...mayChangeUnnamed(),
    ...mayStopShift(tier),
    ...mayChangeRoles(settings, tier),
  ];
}

function mayLook({ service }: Settings, tier: Tier): Statements {
  return [
    grant(['ec2:Describe*', 'elasticache:Describe*', 'elasticache:ListTagsForResource', 'logs:Describe*'], ['*']),
    grant(['lambda:Get*', 'lambda:List*'], [arn('lambda', `function:${service}-${tier}*`)]),
    grant(['s3:GetObject'], [`${ASSET_BUCKET}/${assetPrefix(tier)}*`]),
  ];
}

/** An action reaches only resources of its own service among these. ElastiCache writes every name in lower case. */
function mayChangeNamed({ service }: Settings, tier: Tier): Statements {
  const own = `${service}-${tier}*`;
  return [
    grant(CHANGES_OF_NAMED, [
      arn('cloudwatch', `alarm:${own}`),
      `arn:${Aws.PARTITION}:cloudwatch::${Aws.ACCOUNT_ID}:dashboard/${own}`,
      arn('codedeploy', `*:${own}`),
      arn('codedeploy', `deploymentconfig:${madeUp(tier)}`),
      arn('elasticache', `*:${own}`),
      arn('elasticache', `*:${madeUp(tier).toLowerCase()}`),
      arn('lambda', `function:${own}`),
      arn('logs', `log-group:*${own}`),
      arn('sns', own),
      arn('ssm', `parameter/tidegate/${STACKS[tier]}/*`),
    ]),
  ];
}

/** EC2 draws its ids: what exists is recognised by the tag that CloudFormation puts on it and that nobody else can set. */
function mayChangeNetwork(tier: Tier): Statements {
  const kinds = ['vpc', 'subnet', 'route-table', 'security-group', 'vpc-flow-log'].map((kind) => arn('ec2', `${kind}/*`));
  const made = ['CreateFlowLogs', 'CreateRouteTable', 'CreateSecurityGroup', 'CreateSubnet', 'CreateTags', 'CreateVpc'];
  const changed = [
    ...['AssociateRouteTable', 'AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress', 'DeleteFlowLogs', 'DeleteRouteTable'],
    ...['DeleteSecurityGroup', 'DeleteSubnet', 'DeleteTags', 'DeleteVpc', 'DisassociateRouteTable', 'ModifySubnetAttribute'],
    ...['ModifyVpcAttribute', 'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress'],
  ];
  const ec2 = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  return [
    grant(ec2(made), kinds),
    grant(ec2(changed), [arn('ec2', '*/*')], { StringEquals: { 'aws:ResourceTag/aws:cloudformation:stack-name': STACKS[tier] } }),
  ];
}

/** What nothing tells apart by tier: an API's id is drawn by AWS, and what is below an HTTP API inherits none of its tags. */
function mayChangeUnnamed(): Statements {
  const apiGateway = `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::`;
  const logDelivery = [
    'CreateLogDelivery',
    'DeleteLogDelivery',
    'GetLogDelivery',
    'ListLogDeliveries',
    'PutResourcePolicy',
    'UpdateLogDelivery',
  ];
  return [
    grant(
      ['DELETE', 'GET', 'PATCH', 'POST', 'PUT', 'TagResource'].map((action) => `apigateway:${action}`),
      [`${apiGateway}/apis*`, `${apiGateway}/tags/*`],
    ),
    grant([...logDelivery.map((action) => `logs:${action}`), 'sns:Unsubscribe'], ['*']),
    grant(['iam:CreateServiceLinkedRole'], [iamArn(`role/aws-service-role/${CACHE_SERVICE}/*`)], {
      StringEquals: { 'iam:AWSServiceName': CACHE_SERVICE },
    }),
  ];
}

/** AWS scopes it to no deployment, so only the tier that has deployments gets it: staging could stop production's. */
function mayStopShift(tier: Tier): Statements {
  return TIER_SHAPES[tier].shift === 'code-deploy' ? [grant(['codedeploy:StopDeployment'], ['*'])] : [];
}

/** A role is made with the tier's boundary or not at all; no right here takes the boundary off, or changes a role that has another. */
function mayChangeRoles(settings: Settings, tier: Tier): Statements {
  const own = [iamArn(`role/${madeUp(tier)}`)];
  const bounded = { StringEquals: { 'iam:PermissionsBoundary': iamArn(`policy/${tierBoundaryName(settings, tier)}`) } };
  const changes = [
    ...['AttachRolePolicy', 'CreateRole', 'DeleteRole', 'DeleteRolePolicy', 'DetachRolePolicy', 'PutRolePermissionsBoundary'],
    ...['PutRolePolicy', 'UpdateAssumeRolePolicy', 'UpdateRole', 'UpdateRoleDescription'],
  ];
  return [
    grant(
      changes.map((action) => `iam:${action}`),
      own,
      bounded,
    ),
    grant(['iam:GetRole*', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:TagRole', 'iam:UntagRole'], own),
    grant(['iam:PassRole'], own, { StringEquals: { 'iam:PassedToService': TAKERS } }),
  ];
}
