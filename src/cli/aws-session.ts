import { join } from 'node:path';
import { type AwsClients, awsClients } from '../aws/clients';
import { DELIVERY_OUTPUTS, LEDGER_PREFIX } from '../contract';
import type { Policy } from '../gates/policy/policy';
import { type Ledger, LedgerUnreadableError } from '../ledger/ledger';
import { s3Ledger } from '../ledger/s3-ledger';
import { s3Objects } from '../ledger/s3-objects';
import { ConfigurationError } from '../pipeline/errors';
import { findTool, TOOL_REQUIREMENT } from '../pipeline/toolchain';
import { openWorkspace, type Workspace } from '../pipeline/workspace';
import { readStack } from '../targets/aws/stack';
import { awsTarget } from '../targets/aws/target';
import type { CommandContext } from './context';
import { progressTo } from './progress';
import type { Session } from './session';

type AwsPolicy = NonNullable<Policy['targets']['aws']>;

/**
 * Clients for the region that the policy or the environment names.
 * @throws ConfigurationError when neither does
 */
export function clientsFor(policy: AwsPolicy, environment: NodeJS.ProcessEnv = process.env): AwsClients {
  const region = policy.region ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  if (region === undefined || region === '')
    throw new ConfigurationError('no region: set AWS_REGION, or `targets.aws.region` in the policy');
  return awsClients({ region });
}

/** The part of the policy about AWS. @throws ConfigurationError when there is none */
export function awsPolicyOf(policy: Pick<Policy, 'targets'>): AwsPolicy {
  if (policy.targets.aws === undefined)
    throw new ConfigurationError('the policy names no target `aws`: add `targets.aws` to it (docs/aws/first-deployment.md)');
  return policy.targets.aws;
}

/** AWS with the ledger that the policy names. @throws AwsError when the credentials are not good or are another account's */
export async function openAws(context: CommandContext, policy: Pick<Policy, 'targets'>): Promise<Session> {
  const aws = awsPolicyOf(policy);
  const clients = clientsFor(aws);
  const listener = progressTo(context.stderr);
  const { signal } = context;
  const target = await awsTarget({ clients, policy: aws, signal, listener: (text) => listener({ kind: 'step', text }) });
  const workspace = await openWorkspace(context.stateDirectory());
  try {
    const kept = await ledgerOn(clients, aws, workspace);
    return {
      target,
      twin: null,
      k6: () => findTool('k6', context.home)?.path ?? missingK6(),
      workspace: { ...workspace, ...kept },
      async close() {
        await target.close().finally(() => workspace.close());
      },
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

async function ledgerOn(
  clients: AwsClients,
  { ledger, account }: AwsPolicy,
  workspace: Workspace,
): Promise<Pick<Workspace, 'ledger' | 'objects'>> {
  if (ledger === undefined) return { ledger: NO_LEDGER, objects: workspace.objects };
  const bucket = 'bucket' in ledger ? ledger.bucket : await bucketOf(clients, ledger.stack);
  const place = { s3: clients.s3, bucket, prefix: LEDGER_PREFIX, ...(account === undefined ? {} : { owner: account }) };
  return { ledger: s3Ledger(place), objects: s3Objects({ ...place, directory: join(workspace.directory, 'objects') }) };
}

async function bucketOf(clients: AwsClients, name: string): Promise<string> {
  const stack = await readStack(clients, name);
  const bucket = stack?.outputs[DELIVERY_OUTPUTS.ledgerBucket];
  if (bucket !== undefined) return bucket;
  const why = stack === null ? 'there is no such stack' : `it has no output ${DELIVERY_OUTPUTS.ledgerBucket}`;
  throw new ConfigurationError(`targets.aws.ledger names the stack ${name}, but ${why} (docs/aws/first-deployment.md)`);
}

/** What only judges needs no ledger; whatever moves production refuses without one. */
const NO_LEDGER: Ledger = {
  read: () => Promise.reject(new LedgerUnreadableError('the policy names no ledger: add `targets.aws.ledger` to it')),
  append: () => Promise.reject(new LedgerUnreadableError('the policy names no ledger: add `targets.aws.ledger` to it')),
};

function missingK6(): never {
  throw new ConfigurationError(`k6 is missing: run \`npm run setup\` (it needs ${TOOL_REQUIREMENT.k6})`);
}
