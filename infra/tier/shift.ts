import { CfnCondition, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnApplication, CfnDeploymentConfig, CfnDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ALIAS_MOVER } from '../../src/contract';
import type { CanaryTiming } from './canary-timing';
import { ALIAS } from './tiers';

export interface ShiftProps {
  readonly name: string;
  readonly alias: Alias;
  readonly functionName: string;
  readonly timing: CanaryTiming;
  /** Any of them takes the canary back. */
  readonly alarms: readonly Alarm[];
}

/** CodeDeploy moves the alias, and nobody else: a share first, the rest after the bake, back to the old version on any alarm. */
export class Shift extends Construct {
  readonly application: string;
  readonly deploymentGroup: string;

  constructor(scope: Construct, id: string, props: ShiftProps) {
    super(scope, id);
    const { name, timing, alarms } = props;
    const application = new CfnApplication(this, 'Application', { applicationName: name, computePlatform: 'Lambda' });
    // Nameless: a configuration cannot be changed, and one with a name could not be replaced.
    const config = new CfnDeploymentConfig(this, 'Canary', {
      computePlatform: 'Lambda',
      trafficRoutingConfig: {
        type: 'TimeBasedCanary',
        timeBasedCanary: { canaryPercentage: timing.percentage, canaryInterval: timing.minutes },
      },
    });
    const group = new CfnDeploymentGroup(this, 'Group', {
      applicationName: application.ref,
      deploymentGroupName: name,
      deploymentConfigName: config.ref,
      serviceRoleArn: this.role(props).roleArn,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: {
        enabled: true,
        // An alarm that cannot be read stops the canary too.
        ignorePollAlarmFailure: false,
        alarms: alarms.map(({ alarmName }) => ({ name: alarmName })),
      },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    this.application = application.ref;
    this.deploymentGroup = group.ref;
    this.guard(props.alias.node.defaultChild as CfnAlias);
  }

  /** Always, but for an assembly whose package serves already: after a rollback the stack must catch up with its alias. */
  private guard(alias: CfnAlias): void {
    const mover = new CfnParameter(Stack.of(this), ALIAS_MOVER.parameter, {
      type: 'String',
      default: ALIAS_MOVER.codeDeploy,
      allowedValues: [ALIAS_MOVER.codeDeploy, ALIAS_MOVER.cloudFormation],
      description: 'Who moves the alias in an update of this stack. Tidegate says it each time',
    });
    const byCodeDeploy = new CfnCondition(this, 'ByCodeDeploy', {
      expression: Fn.conditionEquals(mover.valueAsString, ALIAS_MOVER.codeDeploy),
    });
    byCodeDeploy.overrideLogicalId('AliasIsMovedByCodeDeploy');
    const policy = { CodeDeployLambdaAliasUpdate: { ApplicationName: this.application, DeploymentGroupName: this.deploymentGroup } };
    // As an override: the construct's own type of an update policy knows no condition.
    alias.addOverride('UpdatePolicy', { 'Fn::If': [byCodeDeploy.logicalId, policy, { Ref: 'AWS::NoValue' }] });
  }

  /** AWS's own policy for this would let it update every alias of the account. */
  private role({ functionName }: ShiftProps): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    const { partition, region, account } = Stack.of(this);
    const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:GetAlias', 'lambda:UpdateAlias'], resources: [functionArn, `${functionArn}:${ALIAS}`] }),
    );
    // Asked of each version that is to serve.
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:GetProvisionedConcurrencyConfig'], resources: [`${functionArn}:*`] }));
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }));
    return role;
  }
}
