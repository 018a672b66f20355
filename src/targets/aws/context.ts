import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import type { Policy } from '../../gates/policy/policy';
import type { Clock } from './clock';

export type AwsPolicy = NonNullable<Policy['targets']['aws']>;

/** What every part of the AWS target works with. */
export interface AwsContext {
  readonly clients: AwsClients;
  readonly policy: AwsPolicy;
  readonly caller: Caller;
  readonly clock: Clock;
  /** Tells a person what is being waited for: one line per event. */
  readonly say: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Whose credentials these are. */
export interface Caller {
  readonly account: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly arn: string;
}

/**
 * Asks whose credentials these are before anything is touched.
 * @throws AwsError `rejected` when they are another account's than the policy names
 */
export async function knownCaller(clients: AwsClients, expectedAccount: string | undefined): Promise<Caller> {
  const { Account: account, Arn: arn } = await attempt('ask AWS whose credentials these are', () =>
    clients.sts.send(new GetCallerIdentityCommand({})),
  );
  if (account === undefined || arn === undefined)
    throw new AwsError('transient', 'AWS did not say whose credentials these are; run it again.');
  if (expectedAccount !== undefined && account !== expectedAccount) {
    throw new AwsError(
      'rejected',
      `These credentials are of account ${account} (${arn}), but the policy's targets.aws.account is ${expectedAccount}. Nothing was touched. Use credentials of ${expectedAccount}, or correct the policy.`,
    );
  }
  const [, partition = 'aws'] = arn.split(':');
  return { account, partition, arn };
}

/** The domain that a partition's endpoints end in. */
export function domainOf({ partition }: Caller): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}
