import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { Command } from 'commander';
import type { AwsClients } from '../../src/aws/clients';
import { addDoctor } from '../../src/cli/commands/doctor-command';
import { DELIVERY_OUTPUTS, SHIFT_OUTPUTS, STACKS, TIER_OUTPUTS } from '../../src/contract';
import { parsePolicy } from '../../src/gates/policy/parse';
import type { Policy } from '../../src/gates/policy/policy';

/** An answer to one command, or the error that AWS would give. */
export type Answer = (input: Readonly<Record<string, unknown>>) => unknown;
export type Answers = Readonly<Record<string, Answer>>;

const ROOT = join(__dirname, '..', '..');

/** As the settings are shipped: production reserves nothing. */
export const RESERVES = { staging: true, production: false } as const;

export const BUCKET = 'check-in-ledger';
const CODE = Buffer.alloc(32, 7).toString('base64');

/** What AWS says of an account with everything in place, for the services that moto has not or has in part. */
export const COMPLETE: Answers = {
  GetAccountSettingsCommand: () => ({ AccountLimit: { ConcurrentExecutions: 3_000 } }),
  GetServiceQuotaCommand: () => ({ Quota: { Value: 3_000 } }),
  DescribeStacksCommand: ({ StackName: name }) => ({ Stacks: [stack(String(name))] }),
  GetAliasCommand: () => ({ FunctionVersion: '7' }),
  GetFunctionConfigurationCommand: () => ({ CodeSha256: CODE, LastModified: '2026-11-24T00:00:00Z', Version: '7' }),
  GetFunctionConcurrencyCommand: () => ({ ReservedConcurrentExecutions: 20 }),
  DescribeReplicationGroupsCommand: () => ({
    ReplicationGroups: [{ Status: 'available', NodeGroups: [{ NodeGroupMembers: [node(1, 'primary'), node(2, 'replica')] }] }],
  }),
  GetMetricDataCommand: () => ({ MetricDataResults: [{ StatusCode: 'Complete', Values: [] }] }),
  GetDeploymentGroupCommand: () => ({
    deploymentGroupInfo: {
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'] },
      alarmConfiguration: { enabled: true, alarms: [{ name: 'unwatched' }] },
    },
  }),
  DescribeAlarmsCommand: () => ({ MetricAlarms: [{ StateValue: 'ALARM' }] }),
};

export function stack(name: string, changes: Readonly<Record<string, unknown>> = {}) {
  const outputs: Record<string, string> =
    name === STACKS.delivery
      ? { [DELIVERY_OUTPUTS.ledgerBucket]: BUCKET }
      : {
          ...Object.fromEntries(Object.values(TIER_OUTPUTS).map((key) => [key, `its-${key}`])),
          ...(name === STACKS.production ? Object.fromEntries(Object.values(SHIFT_OUTPUTS).map((key) => [key, 'unwatched'])) : {}),
        };
  return {
    StackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${name}/1`,
    StackName: name,
    StackStatus: 'UPDATE_COMPLETE',
    CreationTime: new Date('2026-11-24T00:00:00Z'),
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
    ...changes,
  };
}

function node(number: number, role: string) {
  return { CacheClusterId: `check-in-staging-00${number}`, CacheNodeId: '0001', CurrentRole: role };
}

/** An error as the SDK throws it. */
export function refusal(name: string, status = 400, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}

/** Has the commands that are named here answered here; all others reach whatever the client's endpoint is. */
export function answering(clients: AwsClients, answers: Answers): AwsClients {
  for (const client of Object.values(clients)) {
    if (typeof client !== 'object') continue;
    const sends = client as { send(command: { readonly input: Readonly<Record<string, unknown>> }): Promise<unknown> };
    const send = sends.send.bind(client);
    sends.send = async (command) => {
      const answer = answers[command.constructor.name];
      return answer === undefined ? send(command) : answer(command.input);
    };
  }
  return clients;
}

/** Bootstrap and ledger, in moto. */
export async function furnish({ ssm, s3 }: AwsClients, bootstrap = '30'): Promise<void> {
  await ssm.send(new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Value: bootstrap, Type: 'String', Overwrite: true }));
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
}

export function forbidden(): never {
  throw refusal('AccessDenied', 403, 'not authorized');
}

export function missingStack(name: string): never {
  throw refusal('ValidationError', 400, `Stack with id ${name} does not exist`);
}

export function onlyDelivery({ StackName: name }: Readonly<Record<string, unknown>>): unknown {
  return name === 'CheckInDelivery' ? { Stacks: [stack(String(name))] } : missingStack(String(name));
}

export function policy(): Policy {
  const text = readFileSync(join(ROOT, '.github', 'gates.yaml'), 'utf8');
  const parsed = parsePolicy(text, 'gates.yaml', new Date('2026-11-24T00:00:00Z'));
  if (!parsed.ok) throw new Error('the policy is not right');
  const aws = parsed.policy.targets.aws ?? never();
  return {
    ...parsed.policy,
    targets: { ...parsed.policy.targets, aws: { ...aws, account: '123456789012', ledger: { stack: 'CheckInDelivery' } } },
  };
}

export function never(): never {
  throw new Error('the policy has no target aws');
}

/** Runs `tidegate doctor` with these arguments. */
export async function run(...argv: readonly string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const printed: string[] = [];
  let code: number | null = null;
  const stream = { write: (chunk: string) => printed.push(chunk) > 0 } as unknown as NodeJS.WriteStream;
  const program = new Command().exitOverride();
  const context = {
    root: ROOT,
    home: ROOT,
    stateDirectory: () => ROOT,
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
  };
  addDoctor(program, context, (ended) => {
    code = ended;
  });
  await program.parseAsync(['doctor', ...argv], { from: 'user' });
  return { code, text: printed.join('') };
}
