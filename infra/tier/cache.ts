import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { API_ACCESS } from './cache-access';
import type { Network } from './network';
import { CACHE_NODES, CACHE_PORT, type TierNames } from './tiers';

/** Seconds. */
const PARAMETERS = {
  /**
   * A client that says nothing for 10 minutes is let go: a frozen environment gives its connections back and opens them again when it
   * is thawed. The default (0, never) would let them stand for as long as the environment does.
   */
  timeout: '600',
  /**
   * An environment that is destroyed says no goodbye. Three probes in as long again as the first pause: its connections are gone after
   * 4 minutes, within the watch after a soak, where the default (300) would take 10 and look like a leak.
   */
  'tcp-keepalive': '120',
};

/** UTC; the two must not overlap. */
const SNAPSHOTS_AT = '01:00-02:00';
const MAINTENANCE_AT = 'sun:03:00-sun:04:00';

export interface CacheProps {
  readonly names: TierNames;
  readonly network: Network;
  readonly settings: Settings['cache'];
  readonly snapshotDays: number;
  readonly removal: Settings['staging']['removal'];
  readonly slowLog: ILogGroup;
  readonly engineLog: ILogGroup;
}

/** A Valkey primary with a replica in another zone, over TLS, for one user who proves itself by IAM. */
export class Cache extends Construct {
  readonly primaryHost: string;
  readonly readerHost: string;
  readonly group: CfnReplicationGroup;

  constructor(scope: Construct, id: string, props: CacheProps) {
    super(scope, id);
    const { names, settings } = props;
    this.group = new CfnReplicationGroup(this, 'Group', {
      replicationGroupId: names.replicationGroupId,
      replicationGroupDescription: `Cache of ${names.functionName}`,
      engine: 'valkey',
      engineVersion: settings.engineVersion,
      cacheNodeType: settings.nodeType,
      clusterMode: 'disabled',
      numCacheClusters: CACHE_NODES,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: CACHE_PORT,
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      userGroupIds: [this.users(names)],
      cacheParameterGroupName: this.parameters(settings.engineVersion, names),
      ...this.placement(props.network, names),
      snapshotRetentionLimit: props.snapshotDays,
      ...(props.snapshotDays > 0 ? { snapshotWindow: SNAPSHOTS_AT } : {}),
      preferredMaintenanceWindow: MAINTENANCE_AT,
      autoMinorVersionUpgrade: true,
      logDeliveryConfigurations: [delivery('slow-log', props.slowLog), delivery('engine-log', props.engineLog)],
    });
    this.group.applyRemovalPolicy(props.removal === 'retain' ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY);
    this.primaryHost = this.group.attrPrimaryEndPointAddress;
    this.readerHost = this.group.attrReaderEndPointAddress;
  }

  /** A group for Valkey needs no user named `default`, and shuts out the one that a cache without a group would let in. */
  private users({ cacheUser }: TierNames): string {
    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId: cacheUser,
      userName: cacheUser,
      authenticationMode: { Type: 'iam' },
      accessString: API_ACCESS,
    });
    return new CfnUserGroup(this, 'Users', { engine: 'valkey', userGroupId: cacheUser, userIds: [user.ref] }).ref;
  }

  private parameters(engineVersion: string, { functionName }: TierNames): string {
    const [major] = engineVersion.split('.');
    const description = `Idle and dead connections of ${functionName}`;
    return new CfnParameterGroup(this, 'Parameters', { cacheParameterGroupFamily: `valkey${major}`, description, properties: PARAMETERS })
      .ref;
  }

  private placement({ vpc, cacheGroup }: Network, { functionName }: TierNames) {
    const subnets = new CfnSubnetGroup(this, 'Subnets', {
      description: `Isolated subnets of ${functionName}`,
      subnetIds: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
    });
    return { cacheSubnetGroupName: subnets.ref, securityGroupIds: [cacheGroup.securityGroupId] };
  }
}

function delivery(logType: 'slow-log' | 'engine-log', { logGroupName }: ILogGroup) {
  const destinationDetails = { cloudWatchLogsDetails: { logGroup: logGroupName } };
  return { destinationType: 'cloudwatch-logs', destinationDetails, logFormat: 'json', logType };
}
