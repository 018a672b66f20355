import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Clients of moto: what the services of the account do among themselves, past the replay and its faults. */
export interface Hands {
  readonly lambda: LambdaClient;
  readonly elastiCache: ElastiCacheClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  destroy(): void;
}

export function handsOn(endpoint: string, region: string): Hands {
  const common = { endpoint, region, credentials: { accessKeyId: 'AKIAHANDS', secretAccessKey: 'hands' } };
  const clients = {
    lambda: new LambdaClient(common),
    elastiCache: new ElastiCacheClient(common),
    s3: new S3Client({ ...common, forcePathStyle: true }),
    ssm: new SSMClient(common),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
