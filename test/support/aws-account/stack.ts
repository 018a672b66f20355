import { randomUUID } from 'node:crypto';
import type { Stack, StackEvent, StackStatus } from '@aws-sdk/client-cloudformation';
import { ASSEMBLY_DIGEST_PARAMETER } from '../../../src/contract';
import type { TierTemplate } from './template';

/** One stack as CloudFormation keeps it. */
export interface LocalStack {
  readonly name: string;
  readonly id: string;
  /** Null before there is one. */
  status: StackStatus | null;
  updatedAt: Date | null;
  readonly createdAt: Date;
  template: TierTemplate | null;
  parameters: Readonly<Record<string, string>>;
  /** Version of its function, and the key of the package that it was made of. */
  version: string | null;
  codeKey: string | null;
  /** Newest first. */
  readonly events: StackEvent[];
}

export function newStack(name: string, account: string, region: string): LocalStack {
  return {
    name,
    id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
    status: null,
    updatedAt: null,
    createdAt: new Date(),
    template: null,
    parameters: {},
    version: null,
    codeKey: null,
    events: [],
  };
}

/** Sets the stack's own status, with its event. */
export function become(stack: LocalStack, status: StackStatus): void {
  stack.status = status;
  if (status === 'UPDATE_IN_PROGRESS') stack.updatedAt = new Date();
  note(stack, { LogicalResourceId: stack.name, PhysicalResourceId: stack.id, ResourceType: 'AWS::CloudFormation::Stack' }, status);
}

type Resource = Pick<StackEvent, 'LogicalResourceId' | 'PhysicalResourceId' | 'ResourceType'>;

export function note(stack: LocalStack, resource: Resource, status: StackEvent['ResourceStatus'] | StackStatus, reason?: string): void {
  stack.events.unshift({
    StackId: stack.id,
    StackName: stack.name,
    EventId: randomUUID(),
    Timestamp: new Date(),
    ...resource,
    ResourceStatus: status as NonNullable<StackEvent['ResourceStatus']>,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  });
}

/** An answer of DescribeStacks. */
export function described(stack: LocalStack, outputs: Readonly<Record<string, string>>): Stack {
  const { status, parameters, updatedAt } = stack;
  const digest = parameters[ASSEMBLY_DIGEST_PARAMETER];
  const all = { ...outputs, ...(digest === undefined ? {} : { [ASSEMBLY_DIGEST_PARAMETER]: digest }) };
  return {
    StackName: stack.name,
    StackId: stack.id,
    StackStatus: status ?? 'REVIEW_IN_PROGRESS',
    CreationTime: stack.createdAt,
    ...(updatedAt === null ? {} : { LastUpdatedTime: updatedAt }),
    Outputs: Object.entries(all).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  };
}
