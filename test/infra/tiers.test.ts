import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ASSEMBLY_DIGEST_PARAMETER, SHIFT_OUTPUTS, TIER_OUTPUTS } from '../../src/contract';
import { CATALOGUE } from '../../src/gates/catalogue';
import { TIERS, type Tier } from '../../src/gates/vocabulary';
import { ConfigurationError } from '../../src/pipeline/errors';
import { PACKAGE_DIGEST, policyWith, type Synthesized, settingsWith, synthesize } from './synthesized';

let built: Synthesized;
let templates: Readonly<Record<Tier, Template>>;
beforeAll(() => {
  built = synthesize();
  templates = { staging: built.template('staging'), production: built.template('production') };
});
afterAll(() => built.remove());

const resources = (tier: Tier, type: string) => Object.values(templates[tier].findResources(type));
const propertiesOf = (tier: Tier, type: string): Record<string, unknown> => resources(tier, type)[0]?.['Properties'];

describe.each(TIERS)('%s', (tier) => {
  test('looks as it did, asset hashes and the numbers of versions aside', () => {
    expect(hidden(templates[tier].toJSON())).toMatchSnapshot();
  });

  test('has two zones and no way out of them', () => {
    templates[tier].resourceCountIs('AWS::EC2::Subnet', 2);
    for (const type of ['NatGateway', 'InternetGateway', 'EgressOnlyInternetGateway', 'VPCEndpoint', 'Route', 'EIP']) {
      templates[tier].resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    const open = JSON.stringify([resources(tier, 'AWS::EC2::SecurityGroup'), resources(tier, 'AWS::EC2::SecurityGroupEgress')]);
    expect(open).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
  });

  test('keeps a cache that is encrypted, spread over zones and closed to all but one user', () => {
    templates[tier].hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
      Engine: 'valkey',
      ClusterMode: 'disabled',
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      SnapshotRetentionLimit: tier === 'production' ? 7 : 0,
    });
    const user = propertiesOf(tier, 'AWS::ElastiCache::User');
    expect(user).toMatchObject({ AuthenticationMode: { Type: 'iam' }, Engine: 'valkey' });
    expect(user['UserId']).toBe(user['UserName']);
    expect(propertiesOf(tier, 'AWS::ElastiCache::UserGroup')['UserIds']).toHaveLength(1);
    templates[tier].hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      CacheParameterGroupFamily: 'valkey8',
      Properties: { timeout: '600', 'tcp-keepalive': '120' },
    });
  });

  test('runs exactly the package, reaches the cache by TLS and IAM, and keeps its versions', () => {
    const name = `check-in-${tier}`;
    templates[tier].hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 10,
      TracingConfig: { Mode: 'Active' },
      ReservedConcurrentExecutions: tier === 'staging' ? 20 : Match.absent(),
      Environment: {
        Variables: {
          CACHE_AUTH: 'iam',
          CACHE_NAME: name,
          CACHE_PRIMARY_URL: address(name, 'Primary'),
          CACHE_READER_URL: address(name, 'Reader'),
        },
      },
    });
    const version = resources(tier, 'AWS::Lambda::Version')[0];
    const sha256 = Buffer.from(PACKAGE_DIGEST.slice('sha256:'.length), 'hex').toString('base64');
    expect(version).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { CodeSha256: sha256 },
    });
  });

  test('lets nobody in without a signature', () => {
    const routes = resources(tier, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.AuthorizationType);
    expect(routes).toEqual(['AWS_IAM']);
    templates[tier].hasOutput(TIER_OUTPUTS.apiAuthorization, { Value: 'AWS_IAM' });
    templates[tier].hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: { Format: Match.stringLikeRegexp('requestId') },
      DefaultRouteSettings: { ThrottlingRateLimit: tier === 'staging' ? 200 : 10_000 },
    });
  });

  test('has every output that Tidegate asks for', () => {
    const names = Object.keys(templates[tier].toJSON()['Outputs']);
    const expected = [...Object.values(TIER_OUTPUTS), ...(tier === 'production' ? Object.values(SHIFT_OUTPUTS) : [])];
    expect(names.sort()).toEqual(expected.sort());
  });

  test('changes when only the digest of its assembly does', () => {
    const { Parameters, Resources } = templates[tier].toJSON();
    expect(Parameters[ASSEMBLY_DIGEST_PARAMETER]).toMatchObject({ Type: 'String', Default: 'none' });
    const users = Object.values<{ Type: string }>(Resources).filter((each) =>
      JSON.stringify(each).includes(`{"Ref":"${ASSEMBLY_DIGEST_PARAMETER}"}`),
    );
    expect(users.map(({ Type }) => Type)).toEqual(['AWS::SSM::Parameter']);
  });

  test('gives no role a wildcard of actions, and each the boundary', () => {
    const statements = resources(tier, 'AWS::IAM::Policy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(3);
    expect(statements.flatMap(({ Action }) => Action).filter((action: string) => action.includes('*'))).toEqual([]);
    expect(policiesOfAws(templates[tier])).toEqual([]);
    for (const { Properties } of resources(tier, 'AWS::IAM::Role')) expect(Properties.PermissionsBoundary).toBeDefined();
  });

  test('makes the metric of memory that the gates read of the REPORT lines of its own function', () => {
    const [log] = Object.entries(templates[tier].findResources('AWS::Logs::LogGroup')).find(
      ([, { Properties }]) => Properties['LogGroupName'] === `/aws/lambda/check-in-${tier}`,
    ) ?? [''];
    const filter = propertiesOf(tier, 'AWS::Logs::MetricFilter');
    expect(filter['LogGroupName']).toEqual({ Ref: log });
    expect(filter['MetricTransformations']).toEqual([
      { MetricNamespace: 'Tidegate', MetricName: `MaxMemoryUsed-check-in-${tier}`, MetricValue: '$used', Unit: 'Megabytes' },
    ]);
    // The pattern is positional: each word before the value must stand for one of the line's.
    const words = String(filter['FilterPattern'])
      .replace(/^\[|\]$/g, '')
      .split(', ');
    const line = 'REPORT RequestId: 1-2 Duration: 2.04 ms Billed Duration: 3 ms Memory Size: 512 MB Max Memory Used: 97 MB';
    const value = line.split(' ')[words.indexOf('used')];
    expect(value).toBe('97');
    expect(words.filter((word) => word.includes('='))).toEqual(['report = "REPORT"', 'usedLabel3 = "Used:"', 'usedUnit = "MB"']);
    expect(words.at(-1)).toBe('...');
    // A function that logs JSON has no such lines.
    expect(propertiesOf(tier, 'AWS::Lambda::Function')['LoggingConfig']).not.toHaveProperty('LogFormat');
  });

  test('names every series of the catalogue in its dashboard', () => {
    const body = JSON.stringify(propertiesOf(tier, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
    const drawn = CATALOGUE.filter(({ source, from }) => source === 'cloudwatch' && from === null);
    expect(drawn.filter(({ namespace, metricName }) => !body.includes(namespace) || !body.includes(metricName))).toEqual([]);
    for (const node of ['001', '002']) expect(body).toContain(`check-in-${tier}-${node}`);
  });
});

test("a policy of AWS's own would be found", () => {
  const stack = new Stack();
  const managedPolicies = [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')];
  new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), managedPolicies });
  expect(policiesOfAws(Template.fromStack(stack))).toHaveLength(1);
});

describe('the alias', () => {
  const alias = (tier: Tier) => resources(tier, 'AWS::Lambda::Alias')[0] ?? {};

  test('moves with the stack in staging, by CodeDeploy alone in production', () => {
    expect(alias('staging')).not.toHaveProperty('UpdatePolicy');
    templates.staging.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    const [condition, byCodeDeploy, otherwise] = alias('production')['UpdatePolicy']['Fn::If'];
    expect(Object.keys(byCodeDeploy.CodeDeployLambdaAliasUpdate)).toEqual(['ApplicationName', 'DeploymentGroupName']);
    // Whoever deploys the template without saying anything gets the canary.
    expect(otherwise).toEqual({ Ref: 'AWS::NoValue' });
    expect(templates.production.toJSON()['Conditions'][condition]).toEqual({ 'Fn::Equals': [{ Ref: 'AliasMovedBy' }, 'CodeDeploy'] });
    templates.production.hasParameter('AliasMovedBy', { Default: 'CodeDeploy', AllowedValues: ['CodeDeploy', 'CloudFormation'] });
  });

  test('goes back on failure, stop and alarm, on an alarm that cannot be read as well', () => {
    templates.production.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, IgnorePollAlarmFailure: false },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    });
    templates.production.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
      TrafficRoutingConfig: { TimeBasedCanary: { CanaryPercentage: 50, CanaryInterval: 33 }, Type: 'TimeBasedCanary' },
    });
  });

  test("is watched by the canary's gates on the new version, and by the switch that rings when nobody reports", () => {
    const alarms = templates.production.findResources('AWS::CloudWatch::Alarm');
    const group = propertiesOf('production', 'AWS::CodeDeploy::DeploymentGroup') as {
      AlarmConfiguration: { Alarms: { Name: { Ref: string } }[] };
    };
    const named = group.AlarmConfiguration.Alarms.map(({ Name }) => alarms[Name.Ref]?.['Properties'].AlarmName);
    expect(named).toEqual([
      'check-in-production-canary-unwatched',
      'check-in-production-canary-lambda-errors-per-lambda-invocations',
      'check-in-production-canary-runtime-responses5xx-per-runtime-responses',
    ]);
    templates.production.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: named[0],
      Namespace: 'Tidegate',
      MetricName: 'CanaryWatched',
      Dimensions: [{ Name: 'FunctionName', Value: 'check-in-production' }],
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: Match.absent(),
    });
    const errors = JSON.stringify(Object.values(alarms).find(({ Properties }) => Properties.AlarmName === named[1]));
    expect(errors).toContain('"Name":"ExecutedVersion","Value":{"Fn::GetAtt":["TierFunctionCurrentVersion');
  });
});

test('other settings and another policy make another stack', () => {
  const policy = policyWith(
    ['max: 80% }', 'max: 10% }'],
    ['weight: 50%', 'weight: 20%'],
    ['maxWait: { standard: 15m }', 'maxWait: { standard: 1h }'],
  );
  const authorization = { type: 'jwt' as const, issuer: 'https://id.example.com', audience: ['check-in'] };
  const settings = settingsWith((each) => ({
    ...each,
    production: { ...each.production, authorization, reserveConcurrency: true, removal: 'destroy' },
  }));
  const other = synthesize({ policy, settings });
  const production = other.template('production');
  other.remove();
  production.hasResourceProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'JWT' });
  production.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    JwtConfiguration: { Audience: ['check-in'], Issuer: 'https://id.example.com' },
  });
  production.hasOutput(TIER_OUTPUTS.apiAuthorization, { Value: 'JWT' });
  production.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 1000 });
  production.hasResource('AWS::ElastiCache::ReplicationGroup', { DeletionPolicy: 'Delete' });
  templates.production.hasResource('AWS::ElastiCache::ReplicationGroup', { DeletionPolicy: 'Snapshot' });
  production.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', {
    TrafficRoutingConfig: { TimeBasedCanary: { CanaryPercentage: 20, CanaryInterval: 78 } },
  });
});

const CANARY_GATE = '      - { id: canary-errors,';
const SOAK_GATE = '      - { id: api-5xx,';
const gates = (limits: Readonly<Record<string, string>>) =>
  Object.entries(limits)
    .map(([of, max], i) => `      - { id: another-${i}, judge: limit, of: ${of}, max: ${max} }\n`)
    .join('');

test('a canary that is judged twice by one metric, or by what its tier is watched for, has one alarm for each', () => {
  const gate = gates({ 'lambda.errors / lambda.invocations': '1%' });
  const lenient = gate.replace('another', 'lenient').replace('1%', '5%');
  const policy = policyWith([CANARY_GATE, `${gate}${CANARY_GATE}`], [SOAK_GATE, `${lenient}${SOAK_GATE}`]);
  const other = synthesize({ policy });
  const alarms = Object.values(other.template('production').findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  other.remove();
  const name = 'lambda-errors-per-lambda-invocations';
  const onErrors = alarms.filter(({ AlarmName }) => AlarmName.endsWith(name)).map(({ AlarmName, Threshold }) => [AlarmName, Threshold]);
  expect(onErrors).toEqual(
    expect.arrayContaining([
      [`check-in-production-canary-${name}`, 0.01],
      [`check-in-production-${name}`, 0.05],
    ]),
  );
  expect(onErrors).toHaveLength(2);
});

test('more alarms than CodeDeploy watches are refused, with what they are for', () => {
  const seven = {
    ...{ 'lambda.errors': '9', 'lambda.durationP95': '1s', 'lambda.invocations': '9', 'runtime.openFileDescriptors': '9' },
    ...{ 'runtime.redisConnects': '9', 'runtime.responses': '9', 'runtime.responses5xx': '9' },
  };
  const withGates = (limits: Readonly<Record<string, string>>) => () =>
    synthesize({ policy: policyWith([CANARY_GATE, `${gates(limits)}${CANARY_GATE}`]) }).remove();
  expect(withGates(seven)).not.toThrow();
  const eight = withGates({ ...seven, 'runtime.redisConnects / runtime.responses': '9' });
  expect(eight).toThrow(ConfigurationError);
  expect(eight).toThrow(/stages\.canary\.gates: CodeDeploy watches at most 9 .* on 10: .*runtime\.redisConnects \/ runtime\.responses/);
});

test('a policy that looks at other stacks is refused', () => {
  expect(() => synthesize({ policy: policyWith(['stack: CheckInStaging', 'stack: Elsewhere']) })).toThrow(
    /targets\.aws\.staging\.stack.*not Elsewhere/,
  );
});

/** Attached to any role: each may do more than a tier needs, and changes when AWS says so. */
function policiesOfAws(template: Template): readonly unknown[] {
  const attached = Object.values(template.findResources('AWS::IAM::Role')).flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? []);
  return attached.filter((arn) => JSON.stringify(arn).includes(':iam::aws:policy/'));
}

function address(user: string, endpoint: 'Primary' | 'Reader') {
  return { 'Fn::Join': ['', [`rediss://${user}@`, { 'Fn::GetAtt': [Match.anyValue(), `${endpoint}EndPoint.Address`] }, ':6379']] };
}

function hidden(template: object): unknown {
  const text = JSON.stringify(template, null, 2)
    .replace(/[0-9a-f]{64}(?=\.(zip|json))/g, 'HASH')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH');
  return JSON.parse(text);
}
