import type { Stack, StackEvent, StackStatus } from '@aws-sdk/client-cloudformation';
import { ACCOUNT, ALIAS, FUNCTION, GROUP, REGION } from './account';

export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/CheckInStaging/00000000-0000-0000-0000-000000000001`;
export const CREATED = new Date('2026-11-01T00:00:00.000Z');
export const UPDATED = new Date('2026-11-20T12:00:00.000Z');
export const ASSEMBLY_DIGEST = `sha256:${'a'.repeat(64)}`;

const OUTPUTS: Readonly<Record<string, string>> = {
  ApiUrl: 'https://abcdef1234.execute-api.eu-west-1.amazonaws.com/',
  ApiId: 'abcdef1234',
  ApiStage: '$default',
  ApiAuthorization: 'AWS_IAM',
  FunctionName: FUNCTION,
  FunctionAlias: ALIAS,
  ReplicationGroupId: GROUP,
  AssemblyDigest: ASSEMBLY_DIGEST,
};
export const SHIFT: Readonly<Record<string, string>> = {
  DeploymentApplication: 'check-in-production',
  DeploymentGroup: 'check-in-production',
  CanaryWatchAlarm: 'check-in-production-watched',
};

/** An answer to DescribeStacks. `outputs` go over the usual ones; null takes one away. */
export function stacks(
  status: string,
  { outputs = {}, ...rest }: Partial<Omit<Stack, 'Outputs'>> & { outputs?: Readonly<Record<string, string | null>> } = {},
): { Stacks: Stack[] } {
  const all = Object.entries({ ...OUTPUTS, ...outputs });
  return {
    Stacks: [
      {
        StackName: 'CheckInStaging',
        StackId: STACK_ID,
        StackStatus: status as StackStatus,
        CreationTime: CREATED,
        LastUpdatedTime: UPDATED,
        Outputs: all.flatMap(([OutputKey, OutputValue]) => (OutputValue === null ? [] : [{ OutputKey, OutputValue }])),
        Parameters: [{ ParameterKey: 'AssemblyDigest', ParameterValue: 'none' }],
        ...rest,
      },
    ],
  };
}

export const NO_STACK = { error: { name: 'ValidationError', message: 'Stack with id CheckInStaging does not exist' } };

let made = 0;
/** An event of a stack; `resource` null means the stack itself. */
export function event(resource: string | null, status: string, reason?: string): StackEvent {
  made += 1;
  return {
    StackId: STACK_ID,
    EventId: `event-${made}`,
    StackName: 'CheckInStaging',
    LogicalResourceId: resource ?? 'CheckInStaging',
    PhysicalResourceId: resource ?? STACK_ID,
    ResourceType: resource === null ? 'AWS::CloudFormation::Stack' : 'AWS::Lambda::Function',
    Timestamp: UPDATED,
    ResourceStatus: status as StackEvent['ResourceStatus'],
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  };
}
