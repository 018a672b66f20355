import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import type { Policy } from '../../gates/policy/policy';
import type { Check } from './doctor';
import { checked, type Finding, look } from './doctor-aws-check';

/** "Concurrent executions" of Lambda, in Service Quotas. */
const CONCURRENCY_QUOTA = 'L-B99A9384';
/** Lambda lets nobody reserve the last of an account's concurrent executions. */
const UNRESERVED = 100;
/** Clients that one cache node takes: a limit of ElastiCache's that cannot be raised. */
const CONNECTIONS_PER_NODE = 65_000;
/** Old and new release stand side by side during a promotion, each at production's peak. */
const OVERLAP = 2;

/** What the account allows, against what the policy needs of it. */
export function inspectQuotas({ lambda, serviceQuotas }: AwsClients, policy: Policy): readonly Promise<Check>[] {
  const needed = concurrencyNeeded(policy);
  return [
    look('Lambda concurrency', async () => {
      const { AccountLimit: limit } = await attempt("read Lambda's account settings", () => lambda.send(new GetAccountSettingsCommand({})));
      return enough(limit?.ConcurrentExecutions, needed);
    }),
    look('Lambda quota', async () => {
      const { Quota: quota } = await attempt(`read the quota ${CONCURRENCY_QUOTA} of Lambda`, () =>
        serviceQuotas.send(new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: CONCURRENCY_QUOTA })),
      );
      return enough(quota?.Value, needed);
    }),
    Promise.resolve(checked('cache connections', connections(policy))),
  ];
}

interface Needed {
  readonly total: number;
  readonly text: string;
}

/** Both tiers reserve theirs from one account. */
function concurrencyNeeded({ production, stages }: Policy): Needed {
  const reserved = Object.values(stages).flatMap((stage) =>
    stage !== undefined && 'reservedConcurrency' in stage && stage.reservedConcurrency !== undefined ? [stage.reservedConcurrency] : [],
  );
  const staging = reserved.length === 0 ? production.peakConcurrency : Math.max(...reserved);
  const total = production.peakConcurrency + staging + UNRESERVED;
  return { total, text: `${production.peakConcurrency} for production + ${staging} for staging + ${UNRESERVED} that cannot be reserved` };
}

function enough(limit: number | undefined, { total, text }: Needed): Finding {
  if (limit === undefined) throw new AwsError('transient', 'AWS told no number; run it again.');
  const found = `${limit} concurrent executions, needed ${total}`;
  if (limit >= total) return { found };
  const request = `aws service-quotas request-service-quota-increase --service-code lambda --quota-code ${CONCURRENCY_QUOTA} --desired-value ${total}`;
  return {
    found,
    advice: `The tiers need ${text}. Ask for more (\`${request}\`), lower production.peakConcurrency, or set reserveConcurrency to false in infra/aws-settings.json.`,
  };
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
