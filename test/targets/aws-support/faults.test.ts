import { createServer } from 'node:http';
import { CodeDeployClient, GetDeploymentCommand, ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import type { AwsCredentials } from '../../../src/aws/credentials';
import { type Replay, startReplay } from '../../support/aws-replay';

let replay: Replay;
let client: CodeDeployClient;
let key: string;

beforeEach(async () => {
  key = 'AKIAOLD';
  replay = await startReplay({ services: ['codedeploy'] });
  replay.script('codedeploy', 'GetDeployment', [{ deploymentInfo: { deploymentId: 'd-1' } }]);
  // Expires at once: the client asks for credentials before every request.
  const credentials = async (): Promise<AwsCredentials> => ({ accessKeyId: key, secretAccessKey: 'test', expiration: new Date() });
  client = connect({ credentials });
});
afterEach(async () => {
  client.destroy();
  await replay.close();
  expect(replay.problems()).toEqual([]);
});

const read = (): Promise<unknown> => client.send(new GetDeploymentCommand({ deploymentId: 'd-1' }));

test('throttling ends after so many refusals, and counts only where it was asked for', async () => {
  replay.fault('codedeploy', { kind: 'throttle', times: 5, operation: 'StopDeployment' });
  replay.fault('codedeploy', { kind: 'throttle', times: 2 });
  expect(await read()).toMatchObject({ deploymentInfo: { deploymentId: 'd-1' }, $metadata: { attempts: 3 } });
});

test('throttling that does not end is what the client sees', async () => {
  replay.fault('codedeploy', { kind: 'throttle', times: 3 });
  await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded', $metadata: { attempts: 3 } });
});

test('an expired key is refused until another one signs', async () => {
  replay.fault('codedeploy', { kind: 'expired', accessKeyId: 'AKIAOLD' });
  await expect(read()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  await expect(read()).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  key = 'AKIANEW';
  expect(await read()).toMatchObject({ deploymentInfo: { deploymentId: 'd-1' } });
  expect(new Set(replay.requests.map(({ signedBy }) => signedBy))).toEqual(new Set(['AKIAOLD', 'AKIANEW']));
});

test('a connection that is reset is opened again', async () => {
  replay.fault('codedeploy', { kind: 'reset', times: 1 });
  expect(await read()).toMatchObject({ $metadata: { attempts: 2 } });
});

test('a late answer meets the patience of the client', async () => {
  replay.fault('codedeploy', { kind: 'delay', ms: 400, times: 1 });
  client.destroy();
  client = connect({ requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true }, maxAttempts: 1 });
  await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(await read()).toMatchObject({ $metadata: { attempts: 1 } });
});

test('what is not scripted is passed on, faults and checks included', async () => {
  const seen: string[] = [];
  const other = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers['x-amz-target']}`);
    response.setHeader('content-type', 'application/x-amz-json-1.1').end('{"applications":["a"]}');
  });
  await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
  try {
    const address = other.address();
    replay.forward('codedeploy', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    replay.fault('codedeploy', { kind: 'throttle', times: 1 });
    expect(await client.send(new ListApplicationsCommand({}))).toMatchObject({ applications: ['a'], $metadata: { attempts: 2 } });
    expect(await read()).toMatchObject({ deploymentInfo: { deploymentId: 'd-1' } });
    expect(seen).toEqual(['POST CodeDeploy_20141006.ListApplications']);
  } finally {
    other.closeAllConnections();
    await new Promise((closed) => other.close(closed));
  }
});

function connect(options: ConstructorParameters<typeof CodeDeployClient>[0]): CodeDeployClient {
  return new CodeDeployClient({
    region: 'eu-west-1',
    endpoint: replay.environment['AWS_ENDPOINT_URL_CODEDEPLOY'] ?? '',
    credentials: { accessKeyId: key, secretAccessKey: 'test' },
    ...options,
  });
}
