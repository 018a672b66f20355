import { Arn, ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Architecture, Code, type IVersion, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LAMBDA_HANDLER } from '../../src/contract';
import type { Network } from './network';
import { ALIAS, type TierNames } from './tiers';

const MEMORY_MB = 512;
/** Beyond what the API itself waits for its cache, below the gateway's 30 s. */
const TIMEOUT = Duration.seconds(10);
/** What Lambda asks of a function in a VPC; EC2 takes no narrower resource for the describing ones. */
const INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** The deterministic zip, and what AWS must say it is. */
export interface Package {
  readonly zip: string;
  /** `sha256:` and hexadecimal digits. */
  readonly digest: string;
}

export interface ApiFunctionProps {
  readonly names: TierNames;
  readonly network: Network;
  readonly package: Package;
  readonly environment: Readonly<Record<string, string>>;
  /** null: the function takes from what the account has left. */
  readonly reservedConcurrency: number | null;
  readonly log: ILogGroup;
}

/** The API's function, its published version and the alias that callers use. */
export class ApiFunction extends Construct {
  readonly alias: Alias;
  /** Number of the version that this stack publishes. */
  readonly version: string;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { network, reservedConcurrency } = props;
    const code = new LambdaFunction(this, 'Function', {
      functionName: props.names.functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: LAMBDA_HANDLER,
      code: Code.fromAsset(props.package.zip),
      memorySize: MEMORY_MB,
      timeout: TIMEOUT,
      environment: props.environment,
      ...(reservedConcurrency === null ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
      tracing: Tracing.ACTIVE,
      logGroup: props.log,
      role: this.role(props),
      vpc: network.vpc,
      vpcSubnets: { subnets: network.vpc.isolatedSubnets },
      securityGroups: [network.functionGroup],
      currentVersionOptions: {
        codeSha256: Buffer.from(props.package.digest.replace('sha256:', ''), 'hex').toString('base64'),
        // A version outlives its release: a rollback needs it. Only one whose own deployment failed goes, or publishing the same code again
        // would find it there and fail.
        removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      },
    });
    this.version = code.currentVersion.version;
    this.alias = new Alias(this, 'Alias', { aliasName: ALIAS, version: code.currentVersion as IVersion });
  }

  private role({ names, log }: ApiFunctionProps): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const stack = Stack.of(this);
    const arn = (service: string, resource: string, resourceName: string) =>
      Arn.format({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME }, stack);
    log.grantWrite(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['elasticache:Connect'],
        resources: [arn('elasticache', 'replicationgroup', names.replicationGroupId), arn('elasticache', 'user', names.cacheUser)],
      }),
    );
    // Lambda itself makes the function's interfaces with this role; the code that runs in it may not.
    role.addToPolicy(new PolicyStatement({ actions: INTERFACE_ACTIONS, resources: ['*'] }));
    role.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: INTERFACE_ACTIONS,
        resources: ['*'],
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': arn('lambda', 'function', names.functionName) } },
      }),
    );
    return role;
  }
}
