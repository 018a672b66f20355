import {
  FlowLogDestination,
  FlowLogTrafficType,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CACHE_PORT } from './tiers';

export interface NetworkProps {
  readonly cidr: string;
  readonly flowLog: ILogGroup;
}

/**
 * Two zones without a way out. The function needs none: what it says goes by stdout and by Lambda's own tracing daemon, neither of which
 * uses the VPC, and tokens for the cache are signed without asking anybody. So there is no NAT, no internet gateway and no endpoint.
 */
export class Network extends Construct {
  readonly vpc: IVpc;
  readonly functionGroup: ISecurityGroup;
  readonly cacheGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { cidr, flowLog }: NetworkProps) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: 2,
      natGateways: 0,
      createInternetGateway: false,
      subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
      // Emptying the default group takes a function with the right to change security groups. Nothing is ever in that group.
      restrictDefaultSecurityGroup: false,
    });
    vpc.addFlowLog('FlowLog', {
      destination: FlowLogDestination.toCloudWatchLogs(flowLog),
      trafficType: FlowLogTrafficType.ALL,
    });
    this.vpc = vpc as IVpc;
    const group = (name: string, description: string) =>
      new SecurityGroup(this, name, { vpc: this.vpc, description, allowAllOutbound: false });
    this.functionGroup = group('FunctionGroup', 'The API: may connect to the cache and to nothing else');
    this.cacheGroup = group('CacheGroup', 'The cache: the API may connect to it');
    this.cacheGroup.connections.allowFrom(this.functionGroup, Port.tcp(CACHE_PORT), 'Valkey over TLS');
  }
}
