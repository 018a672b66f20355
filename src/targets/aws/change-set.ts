import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  type Parameter,
} from '@aws-sdk/client-cloudformation';
import { AwsError, attempt } from '../../aws/failure';
import { ALIAS_MOVER, ASSEMBLY_DIGEST_PARAMETER } from '../../contract';
import type { AssemblyStack } from './assembly-stack';
import { resolved } from './assets';
import type { AwsContext } from './context';
import { poll } from './poll';
import type { Stack } from './stack';

export interface ChangeSetRequest {
  readonly stackName: string;
  /** The stack as it is; null: it is to be created. */
  readonly existing: Stack | null;
  readonly assemblyStack: AssemblyStack;
  readonly templateUrl: string;
  readonly assemblyDigest: string;
  readonly aliasMovedBy: AliasMover;
}

export type AliasMover = typeof ALIAS_MOVER.codeDeploy | typeof ALIAS_MOVER.cloudFormation;

interface ChangeSet {
  readonly name: string;
  readonly stackId: string;
}

const READY_WITHIN_MS = 5 * 60_000;
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as const;
/** CloudFormation has two sentences for it and no code. */
const NO_CHANGES = /^(The submitted information didn't contain changes|No updates are to be performed)/;

/**
 * Makes a change set of the assembly's template and executes it.
 * @returns the stack's id; null when there is nothing to change
 * @throws AwsError with CloudFormation's reason when it refuses the template or its parameters
 */
export async function applyChangeSet(context: AwsContext, request: ChangeSetRequest): Promise<string | null> {
  const changeSet = await create(context, request);
  const refusal = (await refusalOf(context, request.stackName, changeSet)) ?? (await lossIn(context, request.stackName, changeSet));
  const { cloudFormation } = context.clients;
  const named = { ChangeSetName: changeSet.name, StackName: changeSet.stackId };
  if (refusal === null) {
    await attempt(`execute the change set of ${request.stackName}`, () =>
      cloudFormation.send(new ExecuteChangeSetCommand({ ...named, ClientRequestToken: changeSet.name })),
    );
    return changeSet.stackId;
  }
  // Of no use to anybody; one that stays harms nothing.
  await cloudFormation.send(new DeleteChangeSetCommand(named)).catch(() => undefined);
  if (NO_CHANGES.test(refusal)) return null;
  throw new AwsError('rejected', `CloudFormation does not accept the change of ${request.stackName}: ${refusal} Nothing was changed.`);
}

async function create(context: AwsContext, request: ChangeSetRequest): Promise<ChangeSet> {
  const { stackName, existing, assemblyStack, templateUrl, assemblyDigest } = request;
  const { tags, executionRole } = assemblyStack;
  const name = `tidegate-${assemblyDigest.slice('sha256:'.length).slice(0, 12)}-${context.clock.now()}`;
  const { StackId: stackId } = await attempt(`make a change set of the stack ${stackName}`, () =>
    context.clients.cloudFormation.send(
      new CreateChangeSetCommand({
        StackName: stackName,
        ChangeSetName: name,
        ClientToken: name,
        ChangeSetType: existing === null ? 'CREATE' : 'UPDATE',
        TemplateURL: templateUrl,
        Capabilities: [...CAPABILITIES],
        Parameters: parametersOf(request),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        ...(executionRole === null ? {} : { RoleARN: resolved(executionRole, context) }),
      }),
    ),
  );
  return { name, stackId: stackId ?? stackName };
}

/** All but ours stay as they are: what an operator set by hand is not ours to reset. */
function parametersOf({ assemblyStack, existing, assemblyDigest, aliasMovedBy }: ChangeSetRequest): Parameter[] {
  const ours = new Map<string, string>([[ASSEMBLY_DIGEST_PARAMETER, assemblyDigest]]);
  // Said each time: what it was the last time must not stay.
  if (assemblyStack.parameters.includes(ALIAS_MOVER.parameter)) ours.set(ALIAS_MOVER.parameter, aliasMovedBy);
  const kept = (existing?.parameters ?? []).filter((name) => !ours.has(name) && assemblyStack.parameters.includes(name));
  return [
    ...[...ours].map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    ...kept.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  ];
}

/** @returns null when the change set is ready to be executed, else why it never will be */
async function refusalOf({ clients, clock }: AwsContext, stackName: string, { name, stackId }: ChangeSet): Promise<string | null> {
  const settled = await poll(clock, READY_WITHIN_MS, async () => {
    const { Status: status, StatusReason: reason } = await attempt(`read the change set of ${stackName}`, () =>
      clients.cloudFormation.send(new DescribeChangeSetCommand({ ChangeSetName: name, StackName: stackId })),
    );
    if (status === 'CREATE_COMPLETE') return { refusal: null };
    return status === 'FAILED' ? { refusal: reason ?? 'no reason given.' } : null;
  });
  if (settled !== null) return settled.refusal;
  throw new AwsError(
    'transient',
    `CloudFormation did not finish the change set of ${stackName} within ${READY_WITHIN_MS / 60_000} minutes. Nothing was changed; run it again.`,
  );
}

/** Resources whose replacement or removal loses data, which no rollback of the stack brings back. */
const STATEFUL = ['AWS::ElastiCache::ReplicationGroup', 'AWS::S3::Bucket'];

/** @returns what a change set would lose, with what to do; null when it loses nothing */
async function lossIn({ clients }: AwsContext, stackName: string, { name, stackId }: ChangeSet): Promise<string | null> {
  const lost: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await attempt(`read the changes of ${stackName}`, () =>
      clients.cloudFormation.send(
        new DescribeChangeSetCommand({ ChangeSetName: name, StackName: stackId, ...(NextToken === undefined ? {} : { NextToken }) }),
      ),
    );
    for (const { ResourceChange: change } of page.Changes ?? []) {
      if (!STATEFUL.includes(change?.ResourceType ?? '')) continue;
      if (change?.Action === 'Remove') lost.push(`removes ${change.LogicalResourceId}`);
      // "Conditional" is what CloudFormation says when it does not know yet.
      if (change?.Action === 'Modify' && change.Replacement !== 'False') lost.push(`replaces ${change.LogicalResourceId}`);
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  if (lost.length === 0) return null;
  return `it ${lost.join(', ')}, and the data with it. Whoever means that does it by hand: \`aws cloudformation\` with a snapshot taken before.`;
}
