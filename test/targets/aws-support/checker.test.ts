import { CloudFormationClient, CreateChangeSetCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodeDeployClient, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { type Replay, startReplay } from '../../support/aws-replay';
import { serviceModel } from '../../support/service-model';
import { patternOf } from '../../support/service-model-check';

let replay: Replay;
let cloudFormation: CloudFormationClient;
let codeDeploy: CodeDeployClient;

beforeEach(async () => {
  replay = await startReplay({ services: ['cloudformation', 'codedeploy', 'cloudwatch', 'lambda'] });
  const common = { region: 'eu-west-1', credentials: { accessKeyId: 'AKIAFIRST', secretAccessKey: 'test' } };
  cloudFormation = new CloudFormationClient({ ...common, endpoint: endpoint('CLOUDFORMATION') });
  codeDeploy = new CodeDeployClient({ ...common, endpoint: endpoint('CODEDEPLOY') });
  replay.script('cloudformation', 'CreateChangeSet', [{}]);
  replay.script('codedeploy', 'StopDeployment', [{}]);
});
afterEach(async () => {
  cloudFormation.destroy();
  codeDeploy.destroy();
  await replay.close();
});

describe('a request that the service would refuse is refused, and told', () => {
  const good = { StackName: 'S', ChangeSetName: 'c' };

  test.each([
    ['lacks what is required', { StackName: 'S' }, 'CreateChangeSetInput lacks ChangeSetName'],
    [
      'has a value that is none of the enum',
      { ...good, Capabilities: ['CAPABILITY_ALL'] },
      "Capabilities[0] is 'CAPABILITY_ALL', not one of",
    ],
    ['does not match a pattern', { ...good, StackName: '1st' }, "StackName '1st' does not match"],
    ['is too long', { ...good, ChangeSetName: 'c'.repeat(129) }, 'ChangeSetName has length 129, above 128'],
    ['lacks what is required further in', { ...good, Tags: [{ Key: 'k' }] }, 'Tags[0] lacks Value'],
    [
      'has a text for a number',
      { ...good, RollbackConfiguration: { MonitoringTimeInMinutes: 'ten' } },
      'RollbackConfiguration.MonitoringTimeInMinutes is string "ten"',
    ],
  ])('%s', async (_, input, problem) => {
    await expect(cloudFormation.send(new CreateChangeSetCommand(JSON.parse(JSON.stringify(input))))).rejects.toThrow(problem);
    expect(replay.problems()).toEqual([expect.stringContaining(`cloudformation.CreateChangeSet request: ${problem}`)]);
  });

  test('in JSON, too', async () => {
    await expect(codeDeploy.send(new StopDeploymentCommand({ deploymentId: undefined }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(replay.problems()).toEqual(['codedeploy.StopDeployment request: StopDeploymentInput lacks deploymentId']);
  });

  test.each([
    [
      'a member that does not exist',
      'Action=CreateChangeSet&Version=2010-05-15&StackName=S&ChangeSetName=c&Force=true',
      'Force is not a member',
    ],
    ['a list without its numbers', 'Action=CreateChangeSet&Version=2010-05-15&StackName=S&ChangeSetName=c&Tags.Key=k', 'Tags is'],
    [
      'a list with a gap',
      'Action=CreateChangeSet&Version=2010-05-15&StackName=S&ChangeSetName=c&Tags.member.2.Key=k',
      'Tags is Object, not list',
    ],
    ['another version', 'Action=CreateChangeSet&Version=2009-01-01&StackName=S&ChangeSetName=c', "Version is '2009-01-01'"],
    ['an operation that does not exist', 'Action=MakeChangeSet&Version=2010-05-15', 'no such operation'],
  ])('of the query protocol with %s', async (_, body, problem) => {
    const response = await raw('CLOUDFORMATION', body, { 'content-type': 'application/x-www-form-urlencoded' });
    expect({ status: response.status, problems: replay.problems() }).toEqual({ status: 400, problems: [expect.stringContaining(problem)] });
  });

  test.each([
    ['a member that does not exist', '{"deploymentId":"d","force":true}', {}, 'force is not a member'],
    ['a text for a boolean', '{"deploymentId":"d","autoRollbackEnabled":"true"}', {}, 'autoRollbackEnabled is string "true", not boolean'],
    ['a body that is no JSON', '{', {}, 'the body is not JSON'],
    ['another content type', '{"deploymentId":"d"}', { 'content-type': 'application/json' }, "content-type is 'application/json'"],
    ['another service in the target', '{"deploymentId":"d"}', { 'x-amz-target': 'Other.StopDeployment' }, "x-amz-target is 'Other'"],
    ['no signature', '{"deploymentId":"d"}', { authorization: '' }, 'the request is not signed'],
    [
      'a signature for another service',
      '{"deploymentId":"d"}',
      { authorization: signature('lambda') },
      "the signature is 'lambda', not 'codedeploy'",
    ],
  ])('of a JSON protocol with %s', async (_, body, headers, problem) => {
    const usual = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'CodeDeploy_20141006.StopDeployment' };
    const response = await raw('CODEDEPLOY', body, { ...usual, authorization: signature('codedeploy'), ...headers });
    expect({ status: response.status, problems: replay.problems() }).toEqual({ status: 400, problems: [expect.stringContaining(problem)] });
  });

  test('of a REST service with a value out of range', async () => {
    replay.script('lambda', 'ListVersionsByFunction', [{ Versions: [] }]);
    const url = `${endpoint('LAMBDA')}/2015-03-31/functions/f/versions?MaxItems=`;
    const headers = { authorization: signature('lambda') };
    expect((await fetch(`${url}20`, { headers })).status).toBe(200);
    expect((await fetch(`${url}0`, { headers })).status).toBe(400);
    expect(replay.problems()).toEqual(['lambda.ListVersionsByFunction request: MaxItems has value 0, below 1']);
  });
});

describe('an answer that the service would not give is not given, and told', () => {
  const stack = { StackName: 'S', CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE' };

  test.each([
    ['lacks what is always there', { Stacks: [{ StackName: 'S', StackStatus: 'CREATE_COMPLETE' }] }, 'Stacks[0] lacks CreationTime'],
    ['has an unknown state', { Stacks: [{ ...stack, StackStatus: 'DONE' }] }, "Stacks[0].StackStatus is 'DONE', not one of"],
    ['has an unknown member', { Stacks: [{ ...stack, Status: 'CREATE_COMPLETE' }] }, 'Stacks[0].Status is not a member'],
    [
      'has a text for a date',
      { Stacks: [{ ...stack, CreationTime: '2026-01-01' }] },
      'Stacks[0].CreationTime is string "2026-01-01", not timestamp',
    ],
    ['is no list', { Stacks: stack }, 'Stacks is Object, not list'],
    [
      'is an error of another operation',
      { error: { name: 'ChangeSetNotFoundException', message: '' } },
      'ChangeSetNotFoundException is not an error of this',
    ],
  ])('%s', async (_, answer, problem) => {
    replay.script('cloudformation', 'DescribeStacks', [answer]);
    await expect(cloudFormation.send(new DescribeStacksCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
    expect(replay.problems()).toEqual([expect.stringContaining(`cloudformation.DescribeStacks answer: ${problem}`)]);
  });

  test('an operation that nobody scripted is refused at once', async () => {
    await expect(cloudFormation.send(new DescribeStacksCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501, attempts: 1 },
    });
    expect(replay.problems()).toEqual(['cloudformation.DescribeStacks was asked for, and nobody scripted it']);
  });

  test('an operation that does not exist cannot be scripted', () => {
    expect(() => replay.script('codedeploy', 'HaltDeployment', [{}])).toThrow('codedeploy has no operation HaltDeployment');
  });
});

test.each(['cloudformation', 'codedeploy', 'cloudwatch', 'lambda', 'elasticache'] as const)(
  'every pattern of %s can be compared',
  (service) => {
    for (const { pattern } of Object.values(serviceModel(service).shapes)) if (pattern !== undefined) patternOf(pattern);
  },
);

function endpoint(name: string): string {
  return replay.environment[`AWS_ENDPOINT_URL_${name}`] ?? '';
}

function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAFIRST/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

function raw(name: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(endpoint(name), { method: 'POST', body, headers: { authorization: signature(name.toLowerCase()), ...headers } });
}
