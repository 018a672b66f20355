import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { CACHE_ENV } from '../../src/contract';
import type { TierIdentity } from '../../src/gates/evidence-schema';
import type { Policy } from '../../src/gates/policy/policy';
import type { Tier } from '../../src/gates/vocabulary';
import { metricSettings } from '../../src/pipeline/settings';
import { alarmKeyAlias } from '../delivery/alarm-key';
import type { ApiAccess, Settings } from '../settings';
import { AlarmTopic } from './alarm-topic';
import { limitAlarm, watchAlarm } from './alarms';
import { ApiFunction, type Package } from './api-function';
import { Cache } from './cache';
import { canaryTiming } from './canary-timing';
import { drawDashboard } from './dashboard';
import { HttpApi } from './http-api';
import { canaryLimits, tierLimits } from './limits';
import { environmentsOf, throttleOf } from './load-bounds';
import { logGroup } from './logs';
import { Network } from './network';
import { reportMetrics } from './report-metrics';
import { Shift } from './shift';
import { ALIAS, CACHE_PORT, namesOf, TIER_SHAPES, type TierNames } from './tiers';

export interface ServiceTierProps {
  readonly tier: Tier;
  readonly policy: Policy;
  readonly settings: Settings;
  readonly package: Package;
}

/** What CodeDeploy and its watcher are called, where CodeDeploy moves the alias. */
export interface ShiftHandles {
  readonly application: string;
  readonly deploymentGroup: string;
  readonly watchAlarm: string;
}

/** All that serves one tier: network, cache, function, API, and the alarms that watch them. */
export class ServiceTier extends Construct {
  readonly names: TierNames;
  readonly access: ApiAccess;
  readonly cache: Cache;
  readonly api: HttpApi;
  readonly shift: ShiftHandles | null;
  private readonly fn: ApiFunction;
  private readonly topic: AlarmTopic;

  constructor(scope: Construct, id: string, props: ServiceTierProps) {
    super(scope, id);
    const { tier, settings } = props;
    this.names = namesOf(settings, tier);
    // Staging lets nobody in but the load generator, whatever production does.
    this.access = tier === 'staging' ? { type: 'iam' } : settings.production.authorization;
    const network = new Network(this, 'Network', {
      cidr: TIER_SHAPES[tier].cidr,
      flowLog: this.log(props, 'FlowLog', '/aws/vpc/flow-log'),
    });
    this.cache = this.cacheOf(props, network);
    this.fn = this.functionOf(props, network);
    this.api = new HttpApi(this, 'HttpApi', {
      name: this.names.functionName,
      alias: this.fn.alias,
      access: this.access,
      throttle: throttleOf(props.policy, tier),
      log: this.log(props, 'AccessLog', '/aws/vendedlogs/http-api'),
    });
    this.topic = new AlarmTopic(this, 'Alarms', {
      name: this.names.functionName,
      email: settings.alarmEmail,
      keyAlias: alarmKeyAlias(settings),
    });
    this.watch(props);
    this.shift = TIER_SHAPES[tier].shift === 'code-deploy' ? this.shiftOf(props) : null;
  }

  private cacheOf({ tier, settings }: ServiceTierProps, network: Network): Cache {
    const log = (id: string, kind: string) => this.log({ tier, settings }, id, `/aws/elasticache/${kind}`);
    return new Cache(this, 'Cache', {
      names: this.names,
      network,
      settings: settings.cache,
      snapshotDays: TIER_SHAPES[tier].snapshotDays,
      removal: settings[tier].removal,
      slowLog: log('CacheSlowLog', 'slow-log'),
      engineLog: log('CacheEngineLog', 'engine-log'),
    });
  }

  private functionOf(props: ServiceTierProps, network: Network): ApiFunction {
    const log = this.log(props, 'FunctionLog', '/aws/lambda');
    reportMetrics(this, 'ReportMetrics', { functionName: this.names.functionName, log });
    return new ApiFunction(this, 'Function', {
      names: this.names,
      network,
      package: props.package,
      environment: this.environmentOf(props.policy),
      reservedConcurrency: props.settings[props.tier].reserveConcurrency ? environmentsOf(props.policy, props.tier) : null,
      log,
    });
  }

  /** The policy's own variables with the tier's addresses in their places, and what the cache asks for on AWS. */
  private environmentOf({ release }: Policy): Record<string, string> {
    const address = (host: string) => `rediss://${this.names.cacheUser}@${host}:${CACHE_PORT}`;
    const fill = (value: string) =>
      value.replaceAll('{cache.primary}', address(this.cache.primaryHost)).replaceAll('{cache.reader}', address(this.cache.readerHost));
    const given = release.env ?? { [CACHE_ENV.primaryUrl]: '{cache.primary}', [CACHE_ENV.readerUrl]: '{cache.reader}' };
    return {
      ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, fill(value)])),
      [CACHE_ENV.authentication]: 'iam',
      [CACHE_ENV.name]: this.names.replicationGroupId,
    };
  }

  private watch({ policy }: ServiceTierProps): void {
    const limits = tierLimits(policy);
    const subject = { identity: this.identity(), version: null, period: alarmPeriod(policy) };
    const action = new SnsAction(this.topic.topic);
    for (const limit of limits) limitAlarm(this, { prefix: this.names.functionName, limit, subject, action });
    drawDashboard(this, 'Dashboard', { name: this.names.functionName, subject, limits });
  }

  private shiftOf({ policy }: ServiceTierProps): ShiftHandles {
    const { functionName } = this.names;
    const subject = { identity: this.identity(), version: this.fn.version, period: alarmPeriod(policy) };
    const action = new SnsAction(this.topic.topic);
    const judged = canaryLimits(policy).map((limit) => limitAlarm(this, { prefix: `${functionName}-canary`, limit, subject, action }));
    const unwatched = watchAlarm(this, 'Unwatched', { prefix: functionName, functionName });
    const { application, deploymentGroup } = new Shift(this, 'Shift', {
      name: functionName,
      functionName,
      alias: this.fn.alias,
      timing: canaryTiming(policy),
      alarms: [unwatched, ...judged],
    });
    return { application, deploymentGroup, watchAlarm: unwatched.alarmName };
  }

  /** What the catalogue makes dimensions of. After a failover either node may be the replica. */
  private identity(): TierIdentity {
    return {
      apiId: this.api.apiId,
      apiStage: this.api.stageName,
      functionName: this.names.functionName,
      alias: ALIAS,
      version: this.fn.version,
      previousVersion: null,
      nodes: this.names.cacheNodes.map((cacheClusterId) => ({ cacheClusterId, cacheNodeId: '0001', role: 'replica' })),
      monitoringConnectionsPerNode: 0,
      reservedConcurrency: null,
    };
  }

  private log({ tier, settings }: Pick<ServiceTierProps, 'tier' | 'settings'>, id: string, kind: string) {
    return logGroup(this, id, `${kind}/${this.names.functionName}`, settings[tier]);
  }
}

/** AWS's own metrics come once a minute; an alarm knows no shorter period for them. */
function alarmPeriod(policy: Policy): Duration {
  return Duration.minutes(Math.max(1, Math.ceil(metricSettings(policy, 'aws').periodMs / 60_000)));
}
