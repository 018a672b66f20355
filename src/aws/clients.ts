import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { type CredentialSource, defaultCredentials } from './credentials';

/** Every AWS service that Tidegate talks to, with one region and one source of credentials. */
export interface AwsClients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly codeDeploy: CodeDeployClient;
  readonly elastiCache: ElastiCacheClient;
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly serviceQuotas: ServiceQuotasClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  destroy(): void;
}

export interface AwsConnection {
  readonly region: string;
  readonly credentials?: CredentialSource;
}

/** Tries of one call, the first included: throttling and faults of a service are retried by the SDK with growing pauses. */
const MAX_ATTEMPTS = 6;
const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 20_000;

/** Endpoints may be replaced one by one with the SDK's own variables (`AWS_ENDPOINT_URL_LAMBDA`, ...). */
export function awsClients({ region, credentials = defaultCredentials(region) }: AwsConnection): AwsClients {
  const common = {
    region,
    credentials,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS, throwOnRequestTimeout: true },
  };
  const clients = {
    cloudFormation: new CloudFormationClient(common),
    cloudWatch: new CloudWatchClient(common),
    codeDeploy: new CodeDeployClient(common),
    elastiCache: new ElastiCacheClient(common),
    lambda: new LambdaClient(common),
    // A local S3 has no host name per bucket.
    s3: new S3Client({ ...common, forcePathStyle: process.env['AWS_ENDPOINT_URL_S3'] !== undefined }),
    serviceQuotas: new ServiceQuotasClient(common),
    ssm: new SSMClient(common),
    sts: new STSClient(common),
  };
  return {
    region,
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
