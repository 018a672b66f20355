import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient, CreateDeploymentCommand, GetDeploymentCommand, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { DescribeReplicationGroupsCommand } from '@aws-sdk/client-elasticache';
import { GetAliasCommand, LambdaClient, ListVersionsByFunctionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { awsClients } from '../../../src/aws/clients';
import { type Replay, startReplay } from '../../support/aws-replay';

const STACK_ID = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/CheckInStaging/11111111-2222-3333-4444-555555555555';
const AT = new Date('2026-01-02T03:04:05.678Z');

let replay: Replay;
let cloudFormation: CloudFormationClient;
let codeDeploy: CodeDeployClient;
let cloudWatch: CloudWatchClient;

beforeEach(async () => {
  replay = await startReplay({ services: ['cloudformation', 'codedeploy', 'cloudwatch'] });
  const common = { region: 'eu-west-1', credentials: { accessKeyId: 'AKIAFIRST', secretAccessKey: 'test' } };
  cloudFormation = new CloudFormationClient({ ...common, endpoint: replay.environment['AWS_ENDPOINT_URL_CLOUDFORMATION'] ?? '' });
  codeDeploy = new CodeDeployClient({ ...common, endpoint: replay.environment['AWS_ENDPOINT_URL_CODEDEPLOY'] ?? '' });
  cloudWatch = new CloudWatchClient({ ...common, endpoint: replay.environment['AWS_ENDPOINT_URL_CLOUDWATCH'] ?? '' });
});
afterEach(async () => {
  for (const client of [cloudFormation, codeDeploy, cloudWatch]) client.destroy();
  await replay.close();
});

test('is found by the clients of the project through the environment, for every service', async () => {
  const every = await startReplay({
    services: ['cloudformation', 'cloudwatch', 'codedeploy', 'elasticache', 'lambda', 's3', 'service-quotas', 'ssm', 'sts'],
  });
  const before = { ...process.env };
  Object.assign(process.env, every.environment);
  const clients = awsClients({ region: 'eu-west-1' });
  try {
    await Promise.allSettled([
      clients.cloudFormation.send(new DescribeStacksCommand({ StackName: 'S' })),
      clients.cloudWatch.send(new DescribeAlarmsCommand({})),
      clients.codeDeploy.send(new GetDeploymentCommand({ deploymentId: 'd-1' })),
      clients.elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'cache' })),
      clients.lambda.send(new GetAliasCommand({ FunctionName: 'f', Name: 'live' })),
      clients.s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'a/b' })),
      clients.serviceQuotas.send(new GetServiceQuotaCommand({ ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' })),
      clients.ssm.send(new GetParameterCommand({ Name: '/p' })),
      clients.sts.send(new GetCallerIdentityCommand({})),
    ]);
  } finally {
    clients.destroy();
    process.env = before;
    await every.close();
  }
  const seen = every.requests.map(({ service, operation, input, signedBy }) => [service, operation, input, signedBy]);
  const by = every.environment['AWS_ACCESS_KEY_ID'];
  expect(seen.sort()).toEqual([
    ['cloudformation', 'DescribeStacks', { StackName: 'S' }, by],
    ['cloudwatch', 'DescribeAlarms', {}, by],
    ['codedeploy', 'GetDeployment', { deploymentId: 'd-1' }, by],
    ['elasticache', 'DescribeReplicationGroups', { ReplicationGroupId: 'cache' }, by],
    ['lambda', 'GetAlias', { FunctionName: 'f', Name: 'live' }, by],
    ['s3', 'HeadObject', { Bucket: 'bucket', Key: 'a/b' }, by],
    ['service-quotas', 'GetServiceQuota', { ServiceCode: 'lambda', QuotaCode: 'L-B99A9384' }, by],
    ['ssm', 'GetParameter', { Name: '/p' }, by],
    ['sts', 'GetCallerIdentity', {}, by],
  ]);
});

test('answers for Lambda, whose calls are spread over path, query and body', async () => {
  const other = await startReplay({ services: ['lambda'] });
  const credentials = { accessKeyId: 'AKIAFIRST', secretAccessKey: 'test' };
  const lambda = new LambdaClient({ region: 'eu-west-1', credentials, endpoint: other.environment['AWS_ENDPOINT_URL_LAMBDA'] ?? '' });
  const FunctionName = 'arn:aws:lambda:eu-west-1:123456789012:function:check-in';
  const alias = { FunctionVersion: '3', RoutingConfig: { AdditionalVersionWeights: { 4: 0.1 } } };
  other.script('lambda', 'UpdateAlias', [alias]);
  other.script('lambda', 'ListVersionsByFunction', [{ Versions: [{ Version: '3', CodeSize: 1 }], NextMarker: 'more' }]);
  const listing = { FunctionName, Marker: 'a b', MaxItems: 5 };
  expect(await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', ...alias }))).toMatchObject(alias);
  expect(await lambda.send(new ListVersionsByFunctionCommand(listing))).toMatchObject({ Versions: [{ Version: '3' }], NextMarker: 'more' });
  expect(other.requests.map(({ input }) => input)).toEqual([{ FunctionName, Name: 'live', ...alias }, listing]);
  expect(other.problems()).toEqual([]);
  lambda.destroy();
  await other.close();
});

describe('the real SDK', () => {
  afterEach(() => expect(replay.problems()).toEqual([]));

  test('sends a change set with nested lists, and is understood', async () => {
    replay.script('cloudformation', 'CreateChangeSet', [
      { Id: 'arn:aws:cloudformation:eu-west-1:123456789012:changeSet/c/1', StackId: STACK_ID },
    ]);
    const input = {
      StackName: 'CheckInStaging',
      ChangeSetName: 'tidegate-1',
      ChangeSetType: 'UPDATE' as const,
      TemplateURL: 'https://bucket.s3.eu-west-1.amazonaws.com/template.json',
      Capabilities: ['CAPABILITY_IAM' as const],
      Parameters: [
        { ParameterKey: 'AssemblyDigest', ParameterValue: 'a & b=c' },
        { ParameterKey: 'Other', UsePreviousValue: true },
      ],
      Tags: [],
    };
    const { Id, StackId } = await cloudFormation.send(new CreateChangeSetCommand(input));
    expect({ Id, StackId }).toEqual({ Id: 'arn:aws:cloudformation:eu-west-1:123456789012:changeSet/c/1', StackId: STACK_ID });
    expect(replay.requests).toEqual([{ service: 'cloudformation', operation: 'CreateChangeSet', input, signedBy: 'AKIAFIRST' }]);
  });

  test.each([
    [
      'a stack',
      {
        Stacks: [
          {
            StackId: STACK_ID,
            StackName: 'S',
            CreationTime: AT,
            StackStatus: 'CREATE_COMPLETE',
            EnableTerminationProtection: false,
            Outputs: [{ OutputKey: 'A', OutputValue: '<&>"\' ü\r\n' }],
            Tags: [],
          },
        ],
      },
    ],
    ['no stack', { Stacks: [] }],
  ])('reads %s', async (_, output) => {
    replay.script('cloudformation', 'DescribeStacks', [output]);
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'S' }));
    expect(Stacks).toEqual(output.Stacks);
  });

  test('pages through events, dates to the millisecond', async () => {
    const event = (EventId: string): Record<string, unknown> => ({
      StackId: STACK_ID,
      EventId,
      StackName: 'S',
      Timestamp: AT,
      ResourceStatus: 'UPDATE_FAILED',
    });
    replay.script('cloudformation', 'DescribeStackEvents', [
      { StackEvents: [event('1'), event('2')], NextToken: 'more' },
      (input) => ({ StackEvents: [event(String(input['NextToken']))] }),
    ]);
    const first = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'S' }));
    expect(first.StackEvents).toEqual([event('1'), event('2')]);
    const second = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: 'S', NextToken: first.NextToken }));
    expect(second.StackEvents).toEqual([event('more')]);
  });

  test('gets the answers in order, and the last again and again', async () => {
    const status = (Status: string): Record<string, unknown> => ({ Status });
    replay.script('cloudformation', 'DescribeChangeSet', [status('CREATE_PENDING'), status('CREATE_COMPLETE')]);
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++)
      seen.push((await cloudFormation.send(new DescribeChangeSetCommand({ ChangeSetName: 'c', StackName: 'S' }))).Status);
    expect(seen).toEqual(['CREATE_PENDING', 'CREATE_COMPLETE', 'CREATE_COMPLETE']);
  });

  test('reads a deployment and stops it', async () => {
    const deploymentInfo = {
      deploymentId: 'd-1',
      status: 'InProgress',
      createTime: AT,
      deploymentOverview: { Pending: 0, InProgress: 1 },
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: '{}', sha256: 'x' } },
    };
    replay.script('codedeploy', 'GetDeployment', [{ deploymentInfo }]);
    replay.script('codedeploy', 'StopDeployment', [{ status: 'Pending', statusMessage: 'stopping' }]);
    expect((await codeDeploy.send(new GetDeploymentCommand({ deploymentId: 'd-1' }))).deploymentInfo).toEqual(deploymentInfo);
    const stopped = await codeDeploy.send(new StopDeploymentCommand({ deploymentId: 'd-1', autoRollbackEnabled: true }));
    expect(stopped).toMatchObject({ status: 'Pending', statusMessage: 'stopping' });
    expect(replay.requests.at(-1)).toMatchObject({
      operation: 'StopDeployment',
      input: { deploymentId: 'd-1', autoRollbackEnabled: true },
    });
  });

  test('creates a deployment that overrides alarms', async () => {
    replay.script('codedeploy', 'CreateDeployment', [{ deploymentId: 'd-2' }]);
    const input = {
      applicationName: 'app',
      deploymentGroupName: 'group',
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      revision: { revisionType: 'AppSpecContent' as const, appSpecContent: { content: '{}' } },
      overrideAlarmConfiguration: { enabled: false, ignorePollAlarmFailure: true },
    };
    expect((await codeDeploy.send(new CreateDeploymentCommand(input))).deploymentId).toBe('d-2');
    expect(replay.requests.at(-1)?.input).toEqual(input);
  });

  test('publishes metrics (compressed when they are many) and reads alarms', async () => {
    replay.script('cloudwatch', 'PutMetricData', [{}]);
    const datum = (Value: number): MetricDatum => ({
      MetricName: 'CanaryWatched',
      Timestamp: AT,
      Value,
      Unit: 'Count',
      Dimensions: [{ Name: 'FunctionName', Value: 'f' }],
    });
    const MetricData = Array.from({ length: 200 }, (_, index) => datum(index));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Tidegate', MetricData }));
    expect(replay.requests.at(-1)?.input).toEqual({ Namespace: 'Tidegate', MetricData });

    const MetricAlarms = [{ AlarmName: 'watch', StateValue: 'INSUFFICIENT_DATA', StateUpdatedTimestamp: AT }];
    replay.script('cloudwatch', 'DescribeAlarms', [{ MetricAlarms }]);
    expect((await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ['watch'] }))).MetricAlarms).toEqual(MetricAlarms);
  });

  test('reads an answer without content', async () => {
    replay.script('cloudformation', 'DeleteChangeSet', [{}]);
    expect(await cloudFormation.send(new DeleteChangeSetCommand({ StackName: 'S', ChangeSetName: 'c' }))).toMatchObject({
      $metadata: { httpStatusCode: 200 },
    });
  });

  test.each([
    ['CloudFormation, declared by its shape', 'ChangeSetNotFoundException', 'ChangeSetNotFoundException', 404, describeChangeSet],
    ['CloudFormation, declared by its code', 'ChangeSetNotFound', 'ChangeSetNotFoundException', 404, describeChangeSet],
    ['CloudFormation, common', 'ValidationError', 'ValidationError', 400, describeChangeSet],
    ['CodeDeploy, declared', 'DeploymentDoesNotExistException', 'DeploymentDoesNotExistException', 400, getDeployment],
    ['CodeDeploy, common by its other name', 'AccessDenied', 'AccessDeniedException', 400, getDeployment],
    ['CloudWatch, declared', 'InvalidNextToken', 'InvalidNextToken', 400, describeAlarms],
    ['CloudWatch, common', 'AccessDeniedException', 'AccessDenied', 400, describeAlarms],
  ])('meets an error of %s', async (_, scripted, name, status, call) => {
    const error = { name: scripted, message: 'said so & <so>' };
    await expect(call([{ error }])).rejects.toMatchObject({ name, message: 'said so & <so>', $metadata: { httpStatusCode: status } });
  });
});

function describeChangeSet(answers: Parameters<Replay['script']>[2]): Promise<unknown> {
  replay.script('cloudformation', 'DescribeChangeSet', answers);
  return cloudFormation.send(new DescribeChangeSetCommand({ ChangeSetName: 'c', StackName: 'S' }));
}

function getDeployment(answers: Parameters<Replay['script']>[2]): Promise<unknown> {
  replay.script('codedeploy', 'GetDeployment', answers);
  return codeDeploy.send(new GetDeploymentCommand({ deploymentId: 'd-1' }));
}

function describeAlarms(answers: Parameters<Replay['script']>[2]): Promise<unknown> {
  replay.script('cloudwatch', 'DescribeAlarms', answers);
  return cloudWatch.send(new DescribeAlarmsCommand({}));
}
