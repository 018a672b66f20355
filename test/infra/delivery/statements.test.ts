import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { STACKS } from '../../../src/contract';
import { TIERS, type Tier } from '../../../src/gates/vocabulary';
import { settingsWith, synthesize } from '../synthesized';
import { arnsOf } from './concrete';
import { crossings } from './crossing';
import { entryOf, problemsOf } from './rules';
import { statementsOf, type Template as TemplateText, textOf } from './statements';
import { UNSCOPED } from './unscoped';

/** Characters, white space not counted, that AWS allows a managed policy. */
const LARGEST_POLICY = 6_144;

const templates = templatesOf(synthesize());
const everyStatement = Object.entries(templates).flatMap(([stack, template]) => statementsOf(stack, template));
const named = { staging: arnsOf('staging', templateOf('staging')), production: arnsOf('production', templateOf('production')) };

test('every statement of every stack is one that a security reviewer would let pass', () => {
  expect(new Set(everyStatement.map(({ where }) => where.split('/')[0]))).toEqual(new Set(Object.values(STACKS)));
  expect(everyStatement.length).toBeGreaterThan(60);
  expect(everyStatement.flatMap(problemsOf)).toEqual([]);
});

test('each exception has a reason and is needed', () => {
  const used = new Set(everyStatement.flatMap(({ actions }) => actions));
  for (const { actions, reason } of UNSCOPED) {
    expect(reason.length).toBeGreaterThan(25);
    expect(actions.filter((action) => !used.has(action) || entryOf(action)?.reason !== reason)).toEqual([]);
  }
});

test('every role is bounded by a policy that the pipeline cannot change', () => {
  expect(Object.entries(templates).flatMap(([stack, template]) => unbounded(stack, template))).toEqual([]);
  const changers = everyStatement.filter(({ actions }) =>
    actions.some((action) => /^iam:(Create|Delete|Set)(Default)?Policy/.test(action)),
  );
  expect(changers).toEqual([]);
});

test('a boundary that an attacker could write himself would be noticed, and a role without one', () => {
  const role = (PermissionsBoundary?: string) => ({
    Resources: { R: { Type: 'AWS::IAM::Role', Properties: { ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary }) } } },
  });
  expect(unbounded('S', role())).toEqual(['S/R: none']);
  expect(unbounded('S', role('arn:aws:iam::123456789012:policy/CheckInStaging-mine'))).toHaveLength(1);
});

test.each(['staging', 'production'] as const)('the boundary of %s lets its roles do what they are given', (tier) => {
  const boundary = everyStatement
    .filter(({ where }) => where.startsWith(`${STACKS.delivery}/Boundary${tier}`))
    .flatMap(({ actions }) => actions);
  const given = everyStatement.filter(
    ({ where, kind, effect }) => where.startsWith(STACKS[tier]) && kind === 'identity' && effect === 'Allow',
  );
  expect(given.length).toBeGreaterThan(3);
  expect(given.flatMap(({ actions }) => actions).filter((action) => !boundary.includes(action))).toEqual([]);
});

test('no role of one tier reaches what is of the other', () => {
  for (const tier of TIERS) expect(named[tier].length).toBeGreaterThan(20);
  expect(everyStatement.flatMap((statement) => crossings(statement, named))).toEqual([]);
});

test.each([
  [
    'all that has the name of the service',
    'lambda:GetFunction',
    'arn:aws:lambda:ap-southeast-2:123456789012:function:check-in-*',
    ':function:check-in-production',
  ],
  ['every log', 'logs:PutLogEvents', 'arn:aws:logs:*:*:log-group:/aws/lambda/*', '/aws/lambda/check-in-production'],
  [
    'every stack',
    'cloudformation:DeleteStack',
    'arn:aws:cloudformation:ap-southeast-2:123456789012:stack/CheckIn*',
    'stack/CheckInProduction/',
  ],
  ["the other tier's files", 's3:PutObject', 'arn:aws:s3:::cdk-hnb659fds-assets-123456789012-ap-southeast-2/*', '/CheckInProduction/'],
  ["the other tier's role", 'iam:PassRole', 'arn:aws:iam::123456789012:role/check-in-delivery-stack-*', 'stack-production'],
  ['a name with a wildcard in the middle', 'sns:Publish', 'arn:aws:sns:*:*:check-in-p*-alarms', 'check-in-production-alarms'],
])('a role of staging that reaches %s would be found', (_, Action, Resource, reached) => {
  const statement = statementsOf('CheckInStaging', badTemplate('AWS::IAM::Policy', allow({ Action, Resource })));
  expect(statement.flatMap((each) => crossings(each, named)).join()).toContain(reached);
});

test("no role of the ledger's reaches a tier, and a role that nobody knows stops the walk", () => {
  const statement = allow({
    Action: 'lambda:GetFunction',
    Resource: 'arn:aws:lambda:ap-southeast-2:123456789012:function:check-in-staging',
  });
  const [found] = statementsOf('CheckInDelivery', {
    Resources: { ledgerPolicy1: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [statement] } } } },
  });
  if (found === undefined) throw new Error('no statement');
  expect(crossings(found, named)).not.toEqual([]);
  expect(() => crossings({ ...found, where: 'CheckInDelivery/mine' }, named)).toThrow(/whose role/);
  expect(() => arnsOf('staging', { Resources: { Q: { Type: 'AWS::SQS::Queue' } } })).toThrow(/ARN of AWS::SQS::Queue/);
});

test('one subject opens one role', () => {
  const subjects = everyStatement.flatMap(({ conditions }) =>
    [conditions['StringEquals']?.['token.actions.githubusercontent.com:sub'] ?? []].flat(),
  );
  expect(subjects).toHaveLength(10);
  expect(new Set(subjects).size).toBe(10);
  expect(subjects).toContain('repo:example-org/example-check-in:environment:production');
  expect(subjects).toContain('repo:example-org@1000001/example-check-in@2000002:environment:production');
});

test('policies fit, even for the longest name of a service in the longest partition', () => {
  const long = templatesOf(synthesize({ settings: settingsWith((settings) => ({ ...settings, service: 'a-nineteen-long-one' })) }));
  const sizes = Object.values(long[STACKS.delivery]?.Resources ?? {}).flatMap(({ Type, Properties }) =>
    Type === 'AWS::IAM::ManagedPolicy'
      ? [JSON.stringify(Properties?.['PolicyDocument'], flat).replace(/\s/g, '').replaceAll('arn:aws:', 'arn:aws-us-gov:').length]
      : [],
  );
  expect(sizes).toHaveLength(10);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(LARGEST_POLICY);
});

const GITHUB = {
  'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
  'token.actions.githubusercontent.com:sub': ['repo:o/r:environment:staging', 'repo:o@1/r@2:environment:staging'],
  'token.actions.githubusercontent.com:repository_id': '2',
  'token.actions.githubusercontent.com:job_workflow_ref': 'o/r/.github/workflows/deploy.yml@refs/heads/main',
  'token.actions.githubusercontent.com:ref': 'refs/heads/main',
};
const allow = (of: Record<string, unknown>) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::check-in-staging-x',
  ...of,
});
const trust = (conditions: unknown) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com' },
  Condition: conditions,
});
const without = (claim: string) => Object.fromEntries(Object.entries(GITHUB).filter(([key]) => !key.endsWith(`:${claim}`)));
const subjects = (...of: readonly string[]) => ({ ...GITHUB, 'token.actions.githubusercontent.com:sub': of });

test.each<[string, string, unknown, RegExp]>([
  ['every action', 'AWS::IAM::Policy', allow({ Action: '*' }), /wildcard \*/],
  ['every action of a service', 'AWS::IAM::ManagedPolicy', allow({ Action: ['s3:*'] }), /wildcard s3:\*/],
  ['a wildcard of writes', 'AWS::IAM::Policy', allow({ Action: 's3:Put*' }), /wildcard s3:Put\*/],
  ['a write on everything', 'AWS::IAM::Policy', allow({ Action: 's3:PutObject', Resource: '*' }), /without a reason/],
  [
    'a write on a foreign ARN',
    'AWS::IAM::Policy',
    allow({ Action: 'lambda:UpdateFunctionCode', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:*' }),
    /without a reason/,
  ],
  [
    'metrics of any namespace',
    'AWS::IAM::Policy',
    allow({ Action: 'cloudwatch:PutMetricData', Resource: '*' }),
    /condition on cloudwatch:namespace/,
  ],
  [
    'another network',
    'AWS::IAM::Policy',
    allow({ Action: 'ec2:DeleteVpc', Resource: 'arn:aws:ec2:eu-west-1:123456789012:vpc/*' }),
    /condition on aws:ResourceTag/,
  ],
  ['all but one action', 'AWS::IAM::Policy', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, /NotAction/],
  ['all but one resource', 'AWS::IAM::Policy', { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'x' }, /NotResource/],
  [
    'roles passed to anybody',
    'AWS::IAM::Policy',
    allow({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::123456789012:role/CheckInStaging-*' }),
    /any service/,
  ],
  [
    'roles without a boundary',
    'AWS::IAM::Policy',
    allow({ Action: 'iam:CreateRole', Resource: 'arn:aws:iam::123456789012:role/CheckInStaging-*' }),
    /without a boundary/,
  ],
  ['a bucket for everybody', 'AWS::S3::BucketPolicy', allow({ Principal: '*' }), /lets in \*/],
  ['a key for everybody', 'AWS::KMS::Key', allow({ Action: 'kms:*', Resource: '*', Principal: { AWS: '*' } }), /lets in \*/],
  ['a role for every account', 'AWS::IAM::Role', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }, /lets in \*/],
  ['any audience', 'AWS::IAM::Role', trust({ StringEquals: without('aud') }), /any audience/],
  ['no subject', 'AWS::IAM::Role', trust({ StringEquals: without('sub') }), /subjects missing/],
  [
    'any branch of the repository',
    'AWS::IAM::Role',
    trust({ StringEquals: subjects('repo:o/r:*', 'repo:o@1/r@2:*') }),
    /subjects repo:o\/r:\*/,
  ],
  ['one form of the subject', 'AWS::IAM::Role', trust({ StringEquals: subjects('repo:o/r:environment:staging') }), /subjects/],
  ['a pattern', 'AWS::IAM::Role', trust({ StringEquals: GITHUB, StringLike: { x: 'y' } }), /compares by StringLike/],
  ['claims that may be absent', 'AWS::IAM::Role', trust({ 'ForAllValues:StringEquals': GITHUB }), /compares by ForAllValues/],
  ['a name that was given away', 'AWS::IAM::Role', trust({ StringEquals: without('repository_id') }), /by its name alone/],
  ['any workflow', 'AWS::IAM::Role', trust({ StringEquals: without('job_workflow_ref') }), /any workflow/],
  ['a branch that calls the workflow of the default branch', 'AWS::IAM::Role', trust({ StringEquals: without('ref') }), /any branch/],
  [
    'another branch than the workflow stands on',
    'AWS::IAM::Role',
    trust({ StringEquals: { ...GITHUB, 'token.actions.githubusercontent.com:ref': 'refs/heads/next' } }),
    /any branch/,
  ],
  [
    'a write on all that has the name of the service',
    'AWS::IAM::Policy',
    allow({ Action: 'lambda:UpdateFunctionCode', Resource: 'arn:aws:lambda:eu-west-1:123456789012:function:check-in-*' }),
    /without a reason/,
  ],
  [
    "deployments stopped by another than production's",
    'AWS::IAM::Policy',
    allow({ Action: 'codedeploy:StopDeployment', Resource: '*' }),
    /StopDeployment, which is .*stackproduction.* only/,
  ],
])('%s would be found', (_, type, statement, problem) => {
  const found = statementsOf('Bad', badTemplate(type, statement)).flatMap(problemsOf);
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
});

test('what the bad ones are made from is let pass', () => {
  expect(statementsOf('Good', badTemplate('AWS::IAM::Policy', allow({}))).flatMap(problemsOf)).toEqual([]);
  expect(statementsOf('Good', badTemplate('AWS::IAM::Role', trust({ StringEquals: GITHUB }))).flatMap(problemsOf)).toEqual([]);
});

test('a policy in a place that nobody looks at stops the walk', () => {
  const queue = { Resources: { Q: { Type: 'AWS::SQS::QueuePolicy', Properties: { PolicyDocument: { Statement: [allow({})] } } } } };
  expect(() => statementsOf('Bad', queue)).toThrow(/nobody looks/);
});

function templateOf(tier: Tier): TemplateText {
  return templates[STACKS[tier]] ?? { Resources: {} };
}

function badTemplate(type: string, statement: unknown): TemplateText {
  const name = { 'AWS::KMS::Key': 'KeyPolicy', 'AWS::IAM::Role': 'AssumeRolePolicyDocument' }[type] ?? 'PolicyDocument';
  return { Resources: { Bad: { Type: type, Properties: { [name]: { Statement: [statement] } } } } };
}

function unbounded(stack: string, { Resources: resources }: TemplateText): readonly string[] {
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  return roles.flatMap(([id, { Properties: properties }]) => {
    const boundary = properties?.['PermissionsBoundary'];
    const text = boundary === undefined ? 'none' : textOf(boundary);
    const isOurs = text.startsWith('{')
      ? resources[text.slice(1, -1)]?.Type === 'AWS::IAM::ManagedPolicy'
      : /:policy\/[\w-]+-delivery-/.test(text);
    return isOurs ? [] : [`${stack}/${id}: ${text}`];
  });
}

function templatesOf({ app, remove }: ReturnType<typeof synthesize>): Record<string, TemplateText> {
  try {
    return Object.fromEntries(
      Object.values(STACKS).map((name) => [name, Template.fromStack(app.node.findChild(name) as Stack).toJSON() as TemplateText]),
    );
  } finally {
    remove();
  }
}

/** What is only known at deploy, as long as it gets. */
function flat(_key: string, value: unknown): unknown {
  const isIntrinsic =
    typeof value === 'object' && value !== null && Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
  return isIntrinsic ? textOf(value) : value;
}
