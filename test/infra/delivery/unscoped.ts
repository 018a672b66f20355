/** Why an action that changes something may be allowed on resources that bear none of our names. */
export interface Unscoped {
  readonly actions: readonly string[];
  readonly reason: string;
  /** Policies beside which nobody may be allowed it. */
  readonly onlyFor?: RegExp;
  /** A condition without which it may not be allowed so. */
  readonly needs?: string;
}

const STACK_TAG = 'aws:ResourceTag/aws:cloudformation:stack-name';

export const UNSCOPED: readonly Unscoped[] = [
  {
    actions: ['cloudwatch:PutMetricData'],
    reason: 'CloudWatch scopes it by namespace only.',
    needs: 'cloudwatch:namespace',
  },
  {
    actions: ['codedeploy:StopDeployment'],
    reason:
      "AWS gives it no resource. Production's alone may: at worst they stop somebody else's deployment, which then keeps what it had.",
    onlyFor: /\/(deployProduction|rollback|stackproduction)Policy/,
  },
  {
    actions: ['sns:Unsubscribe'],
    reason: 'AWS gives it no resource, only the topic that a subscription is of.',
  },
  {
    actions: ['logs:CreateLogDelivery', 'logs:DeleteLogDelivery', 'logs:PutResourcePolicy', 'logs:UpdateLogDelivery'],
    reason: 'How an API and a cache get their logs delivered; AWS gives none of them a resource.',
  },
  {
    actions: ['ec2:CreateFlowLogs', 'ec2:CreateRouteTable', 'ec2:CreateSecurityGroup', 'ec2:CreateSubnet', 'ec2:CreateVpc'],
    reason: 'What does not exist has no tag yet, and EC2 draws the ids. Limited to five kinds of things.',
  },
  {
    actions: ['ec2:CreateTags'],
    reason:
      'CloudFormation tags what it has just made. The tag that the rights below rest on cannot be set by anybody else: it begins with `aws:`.',
  },
  {
    actions: [
      'ec2:AssociateRouteTable',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:DeleteFlowLogs',
      'ec2:DeleteRouteTable',
      'ec2:DeleteSecurityGroup',
      'ec2:DeleteSubnet',
      'ec2:DeleteTags',
      'ec2:DeleteVpc',
      'ec2:DisassociateRouteTable',
      'ec2:ModifySubnetAttribute',
      'ec2:ModifyVpcAttribute',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RevokeSecurityGroupIngress',
    ],
    reason: "EC2 draws the ids: what is the tier's own is told by the tag of its stack.",
    needs: STACK_TAG,
  },
  {
    actions: ['apigateway:DELETE', 'apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT', 'apigateway:TagResource'],
    reason:
      'API Gateway draws the ids, and what is below an HTTP API inherits no tags. Tiers that must not reach each other here go to two accounts.',
  },
  {
    actions: ['iam:CreateServiceLinkedRole'],
    reason: "The role is AWS's own and may be of ElastiCache only.",
    needs: 'iam:AWSServiceName',
  },
  {
    actions: ['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'],
    reason: 'Lambda makes the interfaces of a function with its role before they have a name; the function itself is denied the calls.',
  },
  {
    actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    reason: 'X-Ray knows no narrower resource; both only add traces.',
  },
];
