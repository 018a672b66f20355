import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

/** The unmodified SDK client on the twin's endpoint, which takes any credentials. */
export function twinCloudWatch(endpoint: string): CloudWatchClient {
  return new CloudWatchClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'twin', secretAccessKey: 'twin' },
    maxAttempts: 2,
  });
}
