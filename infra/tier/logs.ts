import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from '../settings';

export type LogKeeping = Pick<Settings['staging'], 'logRetentionDays' | 'removal'>;

/** @param keeping what is retained goes only when the deployment that made it fails: else the next attempt would find its name taken */
export function logGroup(scope: Construct, id: string, logGroupName: string, { logRetentionDays, removal }: LogKeeping): LogGroup {
  return new LogGroup(scope, id, {
    logGroupName,
    retention: logRetentionDays,
    removalPolicy: removal === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}
