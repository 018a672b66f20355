import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import type { Policy } from '../../gates/policy/policy';
import { TIERS, type Tier } from '../../gates/vocabulary';
import type { Check } from './doctor';
import { checked, type Finding, look } from './doctor-aws-check';
import { AWS_SETTINGS, type Reservations } from './doctor-aws-reservations';

/** "Concurrent executions" of Lambda, in Service Quotas. */
const CONCURRENCY_QUOTA = 'L-B99A9384';
/** Lambda lets nobody reserve the last of an account's concurrent executions. */
const UNRESERVED = 100;
/** Clients that one cache node takes: a limit of ElastiCache's that cannot be raised. */
const CONNECTIONS_PER_NODE = 65_000;
/** Old and new release stand side by side during a promotion, each at production's peak. */
const OVERLAP = 2;

/** What the account allows, against what the policy and the settings need of it. */
export function inspectQuotas({ lambda, serviceQuotas }: AwsClients, policy: Policy, reserves: Reservations): readonly Promise<Check>[] {
  const needed = concurrencyNeeded(policy, reserves);
  return [
    look('Lambda concurrency', async () => {
      const { AccountLimit: limit } = await attempt("read Lambda's account settings", () => lambda.send(new GetAccountSettingsCommand({})));
      return reservable(told(limit?.ConcurrentExecutions), needed);
    }),
    look('Lambda quota', async () => {
      const { Quota: quota } = await attempt(`read the quota ${CONCURRENCY_QUOTA} of Lambda`, () =>
        serviceQuotas.send(new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: CONCURRENCY_QUOTA })),
      );
      return enoughAtPeak(told(quota?.Value), needed);
    }),
    Promise.resolve(checked('cache connections', connections(policy))),
  ];
}

/** Concurrent executions; both tiers take theirs from one account. */
interface Needed {
  readonly tiers: Readonly<Record<Tier, number>>;
  /** Without so many the deployment fails; 0 when nothing is reserved. */
  readonly toReserve: number;
  /** With fewer, requests are throttled at production's peak. */
  readonly atPeak: number;
}

function concurrencyNeeded({ production, stages }: Policy, reserves: Reservations): Needed {
  const asked = Object.values(stages).flatMap((stage) =>
    stage !== undefined && 'reservedConcurrency' in stage && stage.reservedConcurrency !== undefined ? [stage.reservedConcurrency] : [],
  );
  const tiers = { production: production.peakConcurrency, staging: asked.length === 0 ? production.peakConcurrency : Math.max(...asked) };
  const sum = (reserved: boolean) => TIERS.filter((tier) => reserves[tier] === reserved).reduce((total, tier) => total + tiers[tier], 0);
  const unreservable = sum(true) === 0 ? 0 : UNRESERVED;
  return { tiers, toReserve: sum(true) + unreservable, atPeak: sum(true) + Math.max(sum(false), unreservable) };
}

function told(limit: number | undefined): number {
  if (limit === undefined) throw new AwsError('transient', 'AWS told no number; run it again.');
  return limit;
}

function reservable(limit: number, needed: Needed): Finding {
  const { toReserve } = needed;
  const found = `${limit} concurrent executions, ${toReserve === 0 ? 'nothing is reserved' : `${toReserve} needed for what is reserved`}`;
  if (limit >= toReserve) return { found };
  return {
    found,
    advice: `${UNRESERVED} of them cannot be reserved, and the deployment would fail. Set reserveConcurrency to false in ${AWS_SETTINGS}, or ${askForMore(needed)}.`,
  };
}

/** A peak that does not fit is no reason not to deploy, or not to qualify. */
function enoughAtPeak(limit: number, needed: Needed): Finding {
  const { tiers, atPeak } = needed;
  const found = `${limit} concurrent executions, ${atPeak} needed at peak`;
  if (limit >= atPeak) return { found };
  return {
    found,
    required: false,
    advice: `Production may ask for ${tiers.production} and staging for ${tiers.staging}: beyond the quota requests are throttled. Set production.peakConcurrency to what there is, or ${askForMore(needed)}.`,
  };
}

function askForMore({ toReserve, atPeak }: Needed): string {
  const wanted = Math.max(toReserve, atPeak);
  return `ask for more: \`aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${CONCURRENCY_QUOTA} --desired-value ${wanted}\``;
}

/** Every environment's connections on one node, in the worst case: the gates allow no release more than that. */
function connections({ production, stages }: Policy): Finding {
  const { cacheMaxConnectionsPerNode: limit, peakConcurrency } = production;
  const gates = Object.values(stages).flatMap((stage) => stage?.gates ?? []);
  const allowed = gates.flatMap((gate) =>
    'maxPerEnvironment' in gate && gate.maxPerEnvironment !== undefined ? [gate.maxPerEnvironment] : [],
  );
  const perEnvironment = Math.max(1, ...allowed);
  const projected = perEnvironment * peakConcurrency * OVERLAP;
  const found = `at most ${projected} on a node at production's peak (${perEnvironment} per environment, old and new release together), limit ${limit}`;
  if (limit > CONNECTIONS_PER_NODE) {
    return { found, advice: `A node takes ${CONNECTIONS_PER_NODE} clients: lower production.cacheMaxConnectionsPerNode.` };
  }
  return projected <= limit ? { found } : { found, advice: 'Lower maxPerEnvironment of the gates or production.peakConcurrency.' };
}
