import { ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { arn, named } from './arns';
import { tierBoundaryName } from './purposes';
import { allow } from './statement';
import { acknowledgeWildcards } from './wildcards';

/** Lambda asks for these when a function is put into a network. */
const JOIN_NETWORK = [
  ...['AssignPrivateIpAddresses', 'CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces', 'DescribeSubnets'],
  'UnassignPrivateIpAddresses',
];

/**
 * The most that any role of a tier may ever do: run the function, let CodeDeploy move its alias, write logs. Whatever a template
 * gives its roles, beyond this it has no effect.
 */
export function tierBoundary(scope: Construct, settings: Settings, tier: Tier): ManagedPolicy {
  const policy = new ManagedPolicy(scope, `Boundary-${tier}`, {
    managedPolicyName: tierBoundaryName(settings, tier),
    description: `The most that roles of ${settings.service} ${tier} may do`,
    statements: [...mayRun(settings, tier)],
  });
  acknowledgeWildcards(policy);
  return policy;
}

function mayRun(settings: Settings, tier: Tier): readonly PolicyStatement[] {
  return [
    allow(
      'WriteLogs',
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      [arn('logs', `log-group:*${settings.service}-${tier}*`)],
    ),
    allow('Trace', ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], ['*']),
    allow(
      'UseCache',
      ['elasticache:Connect'],
      [named(settings, tier, 'elasticache', 'replicationgroup:'), named(settings, tier, 'elasticache', 'user:')],
    ),
    allow(
      'JoinNetwork',
      JOIN_NETWORK.map((action) => `ec2:${action}`),
      ['*'],
    ),
    allow(
      'MoveAlias',
      ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
      [named(settings, tier, 'lambda', 'function:')],
    ),
    allow('SeeAlarms', ['cloudwatch:DescribeAlarms'], ['*']),
  ];
}
