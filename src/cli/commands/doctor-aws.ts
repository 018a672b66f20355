import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { bootstrapCommand } from '../../aws/bootstrap';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import { DELIVERY_OUTPUTS } from '../../contract';
import type { Policy } from '../../gates/policy/policy';
import { TIERS, type Tier } from '../../gates/vocabulary';
import { systemClock } from '../../targets/aws/clock';
import { type AwsContext, type AwsPolicy, type Caller, knownCaller } from '../../targets/aws/context';
import { adviceFor, readStack } from '../../targets/aws/stack';
import type { Check } from './doctor';
import { checked, type Finding, look, lookAt } from './doctor-aws-check';
import { inspectQuotas } from './doctor-aws-quotas';
import type { Reservations } from './doctor-aws-reservations';
import { inspectTier } from './doctor-aws-tier';

const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';
/** The first bootstrap whose bucket the assembly's assets are named for. */
const BOOTSTRAP_VERSION = 6;

export interface InspectionScope {
  readonly reserves: Reservations;
  /** Default: both. A job's role reaches one of them. */
  readonly tiers?: readonly Tier[];
}

/**
 * What an AWS account has and lacks for the policy's target `aws`. It only reads. What cannot be read counts as missing; with
 * credentials that are not good, or are another account's, nothing else is asked.
 */
export async function inspectAccount(
  clients: AwsClients,
  policy: Policy,
  { reserves, tiers = TIERS }: InspectionScope,
): Promise<readonly Check[]> {
  const aws = policy.targets.aws;
  if (aws === undefined) return [checked('policy', { found: 'no target `aws`', advice: 'Add `targets.aws` to the policy.' })];
  const { check: credentials, value: caller } = await lookAt('AWS credentials', async () => {
    const value = await knownCaller(clients, aws.account);
    return { value, ...identityOf(value, clients.region, aws) };
  });
  if (caller === null) return [credentials];
  const context: AwsContext = { clients, policy: aws, caller, clock: systemClock, say: () => undefined, environment: process.env };
  const account = await Promise.all([
    look('bootstrap', () => bootstrap(clients, caller)),
    look('ledger', () => ledger(clients, aws)),
    ...inspectQuotas(clients, policy, reserves),
  ]);
  const ofTiers = await Promise.all(tiers.map((tier) => inspectTier(context, tier)));
  return [credentials, ...account, ...ofTiers.flat()];
}

function identityOf({ account, arn }: Caller, region: string, { account: named }: AwsPolicy): Finding {
  const found = `${arn} of account ${account}, region ${region}`;
  if (named !== undefined) return { found };
  return {
    found,
    advice: `Write \`account: "${account}"\` into targets.aws of the policy, so that no other is touched by mistake.`,
    required: false,
  };
}

async function bootstrap({ ssm, region }: AwsClients, caller: Caller): Promise<Finding> {
  const command = bootstrapCommand({ ...caller, region });
  let value: string | undefined;
  try {
    const { Parameter: parameter } = await attempt(`read the parameter ${BOOTSTRAP_PARAMETER}`, () =>
      ssm.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER })),
    );
    value = parameter?.Value;
  } catch (cause) {
    if (!(cause instanceof AwsError && cause.problem === 'not-found')) throw cause;
    return { found: 'not there', advice: `An administrator, once for this account and region: \`${command}\`.` };
  }
  const isKnown = value !== undefined && /^\d+$/.test(value);
  if (isKnown && Number(value) >= BOOTSTRAP_VERSION) return { found: `version ${value}` };
  return {
    found: `version ${value ?? 'unknown'}`,
    advice: `It must be ${BOOTSTRAP_VERSION} or later. Who else deploys with it? See step 3 of docs/aws/first-deployment.md, then: \`${command}\`.`,
  };
}

async function ledger(clients: AwsClients, { ledger: place }: AwsPolicy): Promise<Finding> {
  if (place === undefined) {
    return { found: 'not named', advice: 'Add `targets.aws.ledger` to the policy: what promotes or rolls back needs it.', required: false };
  }
  const bucket = 'bucket' in place ? place.bucket : await bucketOf(clients, place.stack);
  const { Status: versioning } = await attempt(`read the versioning of the bucket ${bucket}`, () =>
    clients.s3.send(new GetBucketVersioningCommand({ Bucket: bucket })),
  );
  const found = `${bucket}, versioning ${versioning ?? 'never enabled'}`;
  return versioning === 'Enabled' ? { found } : { found, advice: 'Enable it: what is overwritten or deleted must be had back.' };
}

async function bucketOf(clients: AwsClients, name: string): Promise<string> {
  const stack = await readStack(clients, name);
  if (stack === null)
    throw new AwsError('not-found', `There is no stack ${name}: an administrator deploys it once (docs/aws/first-deployment.md).`);
  const bucket = stack.outputs[DELIVERY_OUTPUTS.ledgerBucket];
  if (bucket !== undefined) return bucket;
  const advice = adviceFor(stack, clients.region) ?? `The stack ${name} has no output ${DELIVERY_OUTPUTS.ledgerBucket}: deploy it again.`;
  throw new AwsError('rejected', advice);
}
