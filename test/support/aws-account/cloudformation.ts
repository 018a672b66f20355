import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Replay, ScriptedError } from '../aws-replay';
import type { PlainAnswer } from '../aws-replay-answer';
import type { Change, StackOperations } from './operations';
import { described, type LocalStack } from './stack';
import { readTemplate } from './template';

/** A stack with what changes it and what it says of itself. */
export interface ManagedStack {
  readonly stack: LocalStack;
  readonly operations: StackOperations;
  readonly outputs: () => Readonly<Record<string, string>>;
  /** ARN of a version of its function. */
  readonly versionArn: (version: string) => string;
}

interface ChangeSet {
  readonly of: ManagedStack;
  status: 'CREATE_PENDING' | 'CREATE_COMPLETE' | 'FAILED';
  reason: string;
  change: Change | null;
}

type Input = Readonly<Record<string, unknown>>;

const NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set.";

/** CloudFormation with these stacks: what a change set's template says is done, with the files that were uploaded for it. */
export function cloudFormationDouble(replay: Replay, s3: S3Client, stacks: readonly ManagedStack[]): void {
  const changeSets = new Map<string, ChangeSet>();
  const find = (input: Input): ManagedStack | undefined =>
    stacks.find(({ stack }) => input['StackName'] === stack.name || input['StackName'] === stack.id);
  const script = (operation: string, answer: (of: ManagedStack, input: Input) => PlainAnswer): void =>
    replay.script('cloudformation', operation, [
      (input) => {
        const of = find(input);
        return of === undefined ? missing(input) : answer(of, input);
      },
    ]);
  script('DescribeStacks', (of, input) => (of.stack.status === null ? missing(input) : { Stacks: [described(of.stack, of.outputs())] }));
  script('CreateChangeSet', (of, input) => {
    const changeSet: ChangeSet = { of, status: 'CREATE_PENDING', reason: '', change: null };
    changeSets.set(String(input['ChangeSetName']), changeSet);
    prepare(s3, changeSet, input).catch((error: unknown) => {
      Object.assign(changeSet, { status: 'FAILED', reason: error instanceof Error ? error.message : String(error) });
    });
    return { Id: `arn:aws:cloudformation:eu-west-1:123456789012:changeSet/${input['ChangeSetName']}/1`, StackId: of.stack.id };
  });
  const named = (input: Input): ChangeSet | undefined => changeSets.get(String(input['ChangeSetName']));
  script('DescribeChangeSet', (_, input) => {
    const found = named(input);
    if (found === undefined) return { error: { name: 'ChangeSetNotFound', message: 'no such change set' } };
    return { Status: found.status, StatusReason: found.reason, Changes: [] };
  });
  script('ExecuteChangeSet', (of, input) => {
    const change = named(input)?.change ?? null;
    if (change === null) return { error: { name: 'InvalidChangeSetStatus', message: 'not ready' } };
    of.operations.begin(change);
    return {};
  });
  script('DeleteChangeSet', () => ({}));
  script('CancelUpdateStack', ({ operations }) => {
    operations.cancel();
    return {};
  });
  script('DescribeStackEvents', ({ stack }) => ({ StackEvents: stack.events }));
  script('ListStackResources', ({ stack, versionArn }) => ({
    StackResourceSummaries:
      stack.version === null
        ? []
        : [
            {
              LogicalResourceId: 'TierFunctionCurrentVersion',
              PhysicalResourceId: versionArn(stack.version),
              ResourceType: 'AWS::Lambda::Version',
              LastUpdatedTimestamp: stack.updatedAt ?? stack.createdAt,
              ResourceStatus: 'CREATE_COMPLETE',
            },
          ],
  }));
}

function missing({ StackName: name }: Input): ScriptedError {
  return { error: { name: 'ValidationError', message: `Stack with id ${name} does not exist` } };
}

/** Reads the template and the package that it names from where they were uploaded to. */
async function prepare(s3: S3Client, changeSet: ChangeSet, input: Input): Promise<void> {
  const [, bucket = '', key = ''] = /^https:\/\/([^.]+)\.s3\.[^/]+\/(.+)$/.exec(String(input['TemplateURL'])) ?? [];
  const object = async (Key: string): Promise<Buffer> => {
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return Buffer.from((await body?.transformToByteArray()) ?? []);
  };
  const template = readTemplate((await object(key)).toString('utf8'));
  const { stack } = changeSet.of;
  const parameters = parametersOf(input, stack);
  const change = { template, parameters, zip: await object(template.codeKey) };
  const unchanged = stack.template?.text === template.text && JSON.stringify(parameters) === JSON.stringify(stack.parameters);
  Object.assign(changeSet, unchanged ? { status: 'FAILED', reason: NO_CHANGES } : { status: 'CREATE_COMPLETE', change });
}

function parametersOf({ Parameters: given }: Input, { parameters: before }: LocalStack): Record<string, string> {
  const found = (Array.isArray(given) ? given : []) as readonly {
    readonly ParameterKey: string;
    readonly ParameterValue?: string;
    readonly UsePreviousValue?: boolean;
  }[];
  return Object.fromEntries(
    found
      .map(({ ParameterKey: key, ParameterValue: value, UsePreviousValue: kept }): [string, string] => [
        key,
        (kept ? before[key] : value) ?? '',
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
