import type { AwsContext, AwsPolicy } from '../../../src/targets/aws/context';
import { ACCOUNT, type Account } from './account';

export const POLICY: AwsPolicy = {
  period: 60_000,
  staging: { stack: 'CheckInStaging' },
  production: { stack: 'CheckInProduction' },
};

export interface TestContext extends AwsContext {
  readonly said: string[];
  /** Milliseconds that were slept. */
  slept(): number;
}

/** A context whose clock goes only when somebody sleeps. */
export function contextOf(account: Pick<Account, 'clients'>, given: Partial<AwsContext> = {}): TestContext {
  const said: string[] = [];
  let slept = 0;
  return {
    clients: account.clients,
    policy: POLICY,
    caller: { account: ACCOUNT, partition: 'aws', arn: `arn:aws:iam::${ACCOUNT}:user/tester` },
    clock: {
      now: () => Date.UTC(2026, 10, 24) + slept,
      sleep: async (milliseconds) => {
        slept += milliseconds;
      },
    },
    say: (text) => said.push(text),
    environment: {},
    said,
    slept: () => slept,
    ...given,
  };
}
