import type { AwsClients } from '../../aws/clients';
import { ALIAS_MOVER } from '../../contract';
import type { ReleasePackage, Target } from '../target';
import { type Clock, systemClock } from './clock';
import { type AwsContext, type AwsPolicy, knownCaller } from './context';
import { deploy } from './deploy';
import { describeTier, reservedConcurrencyOf, trafficOf } from './describe';
import { healthOf } from './health';
import { invokeAccess } from './invoke-access';
import { saveLogHints } from './log-hints';
import { placeOf } from './place';
import { redeployProduction } from './redeploy';
import { restoreProduction } from './restore';
import { shifts } from './shift';
import { type StackUpdate, startStackUpdate } from './stack-update';

export interface AwsTargetOptions {
  readonly clients: AwsClients;
  readonly policy: AwsPolicy;
  /** Told what is being waited for, one line per event. */
  readonly listener?: (text: string) => void;
  readonly clock?: Clock;
  /** Ends the waiting of a shift that begins or completes; what it began is taken back. */
  readonly signal?: AbortSignal;
  /** Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * AWS behind the interface that the twin has too.
 * @throws AwsError when the credentials are not good, or are another account's than the policy names: nothing was touched then
 */
export async function awsTarget(options: AwsTargetOptions): Promise<Target> {
  const { clients, policy, listener = () => undefined, clock = systemClock, environment = process.env } = options;
  const caller = await knownCaller(clients, policy.account);
  const context: AwsContext = { clients, policy, caller, clock, say: listener, environment };
  const startUpdate = (release: ReleasePackage): Promise<StackUpdate> => startStackUpdate(context, 'production', release);
  const { close, ...shifting } = shifts({ context, startUpdate, signal: options.signal });
  return {
    name: 'aws',
    cloudWatch: clients.cloudWatch,
    canaryTraffic: 'real',
    freshDeployments: false,
    describe: (tier) => describeTier(context, tier),
    traffic: (tier) => trafficOf(context, tier),
    // The assembly says how much concurrency is reserved; a deployment changes nothing else.
    deploy: (tier, release) => deploy(context, tier, release),
    // Staging is only a deployment away, and no client waits for it.
    restore: (tier, release, version) =>
      tier === 'production'
        ? restoreProduction(context, { packageDigest: release.packageDigest, version })
        : deploy(context, tier, release),
    redeploy: (tier, release) =>
      tier === 'production'
        ? redeployProduction(context, release, (each) => startStackUpdate(context, tier, each, ALIAS_MOVER.cloudFormation))
        : deploy(context, tier, release),
    ...shifting,
    failover: null,
    setReservedConcurrency: async (tier) => {
      const { functionName } = await placeOf(context, tier, { changing: true });
      return reservedConcurrencyOf(clients, functionName);
    },
    invokeAccess: (tier) => invokeAccess(context, tier),
    health: healthOf(context),
    facts: async () => ({ environmentsStarted: null }),
    saveLogs: (tier, directory) => saveLogHints(context, tier, directory),
    close: async () => {
      await close();
      clients.destroy();
    },
  };
}
