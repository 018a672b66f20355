import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CANARY_WATCH, LEDGER_PREFIX, STACKS } from '../../src/contract';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';
import { ASSET_BUCKET, arn, BOOTSTRAP_VERSION, madeUp, named, stackArn, stackRoleArn } from './arns';
import { allow } from './statement';
import { assetPrefix } from './tier-synthesizer';

type Statements = readonly PolicyStatement[];

/** To find a tier and to say what it serves. */
export function mayDescribe(settings: Settings, tier: Tier): Statements {
  return [
    allow('ReadStacks', ['cloudformation:DescribeStacks'], [stackArn(STACKS[tier]), stackArn(STACKS.delivery)]),
    allow(
      'ReadFunction',
      ['lambda:GetAlias', 'lambda:GetFunctionConcurrency', 'lambda:GetFunctionConfiguration', 'lambda:ListVersionsByFunction'],
      [named(settings, tier, 'lambda', 'function:')],
    ),
    allow('ReadCache', ['elasticache:DescribeReplicationGroups'], [named(settings, tier, 'elasticache', 'replicationgroup:')]),
    allow('ReadBootstrap', ['ssm:GetParameter'], [arn('ssm', `parameter${BOOTSTRAP_VERSION}`)]),
  ];
}

/** To judge, and for `tidegate doctor`: metrics, and what the account allows. AWS scopes none of these. */
export function mayMeasure(): Statements {
  return [allow('Measure', ['cloudwatch:GetMetricData', 'lambda:GetAccountSettings', 'servicequotas:GetServiceQuota'], ['*'])];
}

/** For `tidegate doctor`: that the ledger is as it should be, without a look into it. */
export function maySeeLedger(bucketArn: string): Statements {
  return [allow('SeeLedger', ['s3:GetBucketVersioning'], [bucketArn])];
}

/** To publish an assembly's files, and to have CloudFormation change the tier's stack with the stack's own role. */
export function mayDeploy(settings: Settings, tier: Tier): Statements {
  return [
    allow(
      'ChangeStack',
      [
        'cloudformation:CreateChangeSet',
        'cloudformation:DeleteChangeSet',
        'cloudformation:DescribeChangeSet',
        'cloudformation:DescribeStackEvents',
        'cloudformation:ExecuteChangeSet',
        'cloudformation:TagResource',
      ],
      [stackArn(STACKS[tier])],
    ),
    allow('PassStackRole', ['iam:PassRole'], [stackRoleArn(settings, tier)], {
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    }),
    allow('FindAssets', ['s3:ListBucket'], [ASSET_BUCKET]),
    allow('PublishAssets', ['s3:GetObject', 's3:PutObject'], [`${ASSET_BUCKET}/${assetPrefix(tier)}*`]),
  ];
}

/** To end an update of the tier's stack that would move the alias, and to see which version the stack knows. Nothing is begun by it. */
export function mayEndUpdate(tier: Tier): Statements {
  return [allow('EndUpdate', ['cloudformation:CancelUpdateStack', 'cloudformation:ListStackResources'], [stackArn(STACKS[tier])])];
}

/** To follow CodeDeploy while it moves the alias, to stop it, to give all traffic back, and to say that somebody watches. */
export function mayShift(settings: Settings, tier: Tier): Statements {
  const group = ['application:', 'deploymentgroup:'].map((kind) => named(settings, tier, 'codedeploy', kind));
  const configurations = [madeUp(tier), 'CodeDeployDefault.LambdaAllAtOnce'].map((name) => arn('codedeploy', `deploymentconfig:${name}`));
  return [
    allow(
      'FollowAndMoveAlias',
      [
        'codedeploy:CreateDeployment',
        'codedeploy:GetApplicationRevision',
        'codedeploy:GetDeployment',
        'codedeploy:GetDeploymentConfig',
        'codedeploy:GetDeploymentGroup',
        'codedeploy:ListDeployments',
        'codedeploy:RegisterApplicationRevision',
      ],
      [...group, ...configurations],
    ),
    allow('StopShift', ['codedeploy:StopDeployment'], ['*']),
    allow('SeeAlarms', ['cloudwatch:DescribeAlarms'], [named(settings, tier, 'cloudwatch', 'alarm:')]),
    allow('SayWatched', ['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': CANARY_WATCH.namespace } }),
  ];
}

/** Where the ledger is, its stack says. Who may describe a tier may ask this too. */
export function mayFindLedger(): Statements {
  return [allow('FindLedger', ['cloudformation:DescribeStacks'], [stackArn(STACKS.delivery)])];
}

/**
 * To read the record and to add to it; the bucket's own policy refuses whoever would overwrite or delete. Listing has
 * no condition on a prefix: with one, S3 would answer 403 and not 404 to a read of what is not there yet.
 */
export function mayAppend(bucketArn: string): Statements {
  return [
    allow('ListRecord', ['s3:ListBucket'], [bucketArn]),
    allow('AppendRecord', ['s3:GetObject', 's3:PutObject'], [`${bucketArn}/${LEDGER_PREFIX}*`]),
  ];
}

/** @param apiId of staging's API. Production's may demand nothing but a signature: it must not be within reach */
export function mayInvoke(apiId: string): Statements {
  return [allow('Invoke', ['execute-api:Invoke'], [arn('execute-api', `${apiId}/*`)])];
}
