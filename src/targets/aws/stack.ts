import { DescribeStacksCommand, type Stack as SdkStack } from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../../aws/clients';
import { attempt, saidBy } from '../../aws/failure';

/** A CloudFormation stack, as far as a tier needs it. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** CloudFormation's own words about the status; empty when it says nothing. */
  readonly reason: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: readonly string[];
  /** When its last operation began; its creation when there was none since. */
  readonly updatedAt: Date;
}

/** What a status means to somebody who wants to use or change the stack. */
export type StackCondition =
  | 'serving'
  | 'in-progress'
  | 'rolling-back'
  /** The first creation failed: it can only be deleted. */
  | 'stillborn'
  /** Stuck between two states: a person has to decide. */
  | 'stuck';

const SERVING = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'];
const STILLBORN = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'];
/** A change set of type CREATE makes a stack of nothing; a deleted one can be asked for by its id. */
const ABSENT = ['REVIEW_IN_PROGRESS', 'DELETE_COMPLETE'];

export function conditionOf({ status }: Stack): StackCondition {
  if (SERVING.includes(status)) return 'serving';
  if (STILLBORN.includes(status)) return 'stillborn';
  if (!status.endsWith('_IN_PROGRESS')) return 'stuck';
  return /ROLLBACK_IN_PROGRESS$/.test(status) ? 'rolling-back' : 'in-progress';
}

/** @returns null when there is no such stack */
export async function readStack(clients: AwsClients, name: string): Promise<Stack | null> {
  const found = await attempt(`read the stack ${name}`, async () => {
    try {
      const { Stacks: stacks } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      return stacks?.[0] ?? null;
    } catch (cause) {
      // CloudFormation has no error of its own for this.
      if (/^ValidationError: .*does not exist/.test(saidBy(cause))) return null;
      throw cause;
    }
  });
  return found === null || ABSENT.includes(found.StackStatus ?? '') ? null : stackOf(found, name);
}

function stackOf(found: SdkStack, name: string): Stack {
  const outputs = (found.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
    key === undefined || value === undefined ? [] : [[key, value] as const],
  );
  return {
    id: found.StackId ?? name,
    name: found.StackName ?? name,
    status: found.StackStatus ?? 'UNKNOWN',
    reason: found.StackStatusReason ?? '',
    outputs: Object.fromEntries(outputs),
    parameters: (found.Parameters ?? []).flatMap(({ ParameterKey: key }) => (key === undefined ? [] : [key])),
    updatedAt: found.LastUpdatedTime ?? found.CreationTime ?? new Date(Number.NaN),
  };
}

/** What a person does about a stack that neither serves nor can be updated; null when it does serve. */
export function adviceFor(stack: Stack, region: string): string | null {
  const command = (name: string): string => `\`aws cloudformation ${name} --stack-name ${stack.name} --region ${region}\``;
  const advice: Readonly<Record<StackCondition, string | null>> = {
    serving: null,
    'in-progress': 'Wait until that is done, then run it again.',
    'rolling-back': 'CloudFormation takes a change back. Wait until that is done, then look at what failed.',
    stillborn: `Its first creation failed, and such a stack can only be deleted: ${command('delete-stack')}. Then deploy it again.`,
    stuck: stuckAdvice(stack.status, command),
  };
  const words = advice[conditionOf(stack)];
  return words === null
    ? null
    : `The stack ${stack.name} is in ${stack.status}${stack.reason === '' ? '' : ` (${stack.reason})`}. ${words}`;
}

function stuckAdvice(status: string, command: (name: string) => string): string {
  if (status === 'UPDATE_ROLLBACK_FAILED') return `Repair what its events name, then ${command('continue-update-rollback')}.`;
  if (status === 'UPDATE_FAILED') return `Somebody switched its rollback off: ${command('rollback-stack')}.`;
  if (status === 'DELETE_FAILED')
    return `Its deletion was begun and did not end: repair what its events name, then ${command('delete-stack')}.`;
  return 'Look at its events.';
}
