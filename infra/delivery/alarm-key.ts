import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../settings';

/** The name by which both tiers' topics know the key. */
export function alarmKeyAlias({ service }: Pick<Settings, 'service'>): string {
  return `alias/${service}-delivery-alarms`;
}

/**
 * Encrypts the topics that alarms go to. It is made here and not with a tier: a tier's stack would need rights over keys, and nothing tells
 * a new key of its own from any other of the account. CloudWatch can write to an encrypted topic only if the key says so, which the key
 * that SNS keeps itself does not.
 */
export function alarmKey(scope: Construct, settings: Settings): Key {
  const key = new Key(scope, 'AlarmKey', {
    alias: alarmKeyAlias(settings),
    description: `Alarms of ${settings.service}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'CloudWatchWritesToTopics',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return key;
}
