import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeliveryStack } from '../../../infra/delivery/delivery-stack';
import { LEDGER_PREFIX, STACKS } from '../../../src/contract';
import type { Tier } from '../../../src/gates/vocabulary';
import { settingsWith } from '../synthesized';
import { actionsIn, type Call, callsOf, loadedBy } from './calls';
import { ASSET_BUCKET, arn, iamRole, isMeant, stackArn } from './concrete';
import { READS } from './rules';
import { type Statement, statementsOf, type Template as TemplateText } from './statements';

const SESSION = ['src/targets/aws/context.ts', 'src/targets/aws/stack.ts'];
const DOCTOR = ['src/cli/commands/doctor-aws.ts'];
const LEDGER = ['src/ledger/s3-ledger.ts', 'src/ledger/s3-objects.ts'];

interface Job {
  readonly tier: Tier | null;
  /** Where its programs begin; `src/cli/aws-session.ts` itself loads all that there is for AWS. */
  readonly entries: readonly string[];
  /** Calls that these make for the other tier only. */
  readonly never?: readonly string[];
  /** All that it may change, whoever asks for it. */
  readonly changes: readonly string[];
}

const SHIFT = ['codedeploy:CreateDeployment', 'codedeploy:RegisterApplicationRevision', 'codedeploy:StopDeployment'];
const MOVE = ['cloudformation:CancelUpdateStack', 'cloudwatch:PutMetricData', ...SHIFT];
const DEPLOY = ['CreateChangeSet', 'DeleteChangeSet', 'ExecuteChangeSet', 'TagResource'].map((each) => `cloudformation:${each}`);
/** Production alone is shifted. */
const NOT_OF_STAGING = ['cloudwatch:DescribeAlarms', 'codedeploy:GetDeploymentGroup'];

const JOBS: Readonly<Record<string, Job>> = {
  deployStaging: {
    tier: 'staging',
    entries: [...SESSION, ...DOCTOR, 'src/targets/aws/deploy.ts'],
    never: NOT_OF_STAGING,
    changes: [...DEPLOY, 'iam:PassRole', 's3:PutObject'],
  },
  qualify: {
    tier: 'staging',
    entries: [
      ...[...SESSION, ...DOCTOR, 'src/targets/aws/describe.ts', 'src/targets/aws/health.ts', 'src/targets/aws/invoke-access.ts'],
      ...['src/targets/aws/log-hints.ts', 'src/evidence/cloudwatch/read.ts'],
    ],
    never: NOT_OF_STAGING,
    changes: ['execute-api:Invoke', 'sts:AssumeRole'],
  },
  deployProduction: {
    tier: 'production',
    entries: [...SESSION, ...DOCTOR, ...LEDGER, 'src/targets/aws/target.ts', 'src/evidence/cloudwatch/read.ts'],
    // No load generator calls production's API.
    never: ['sts:AssumeRole'],
    changes: [...DEPLOY, ...MOVE, 'iam:PassRole', 's3:PutObject'],
  },
  rollback: {
    tier: 'production',
    entries: [...SESSION, ...DOCTOR, ...LEDGER, 'src/targets/aws/restore.ts', 'src/targets/aws/stack-version.ts'],
    changes: [...MOVE, 's3:PutObject'],
  },
  ledger: { tier: null, entries: [...SESSION, ...LEDGER], changes: ['s3:PutObject'] },
};

const settings = settingsWith();
const template = Template.fromStack(new DeliveryStack(new App(), STACKS.delivery, { settings })).toJSON() as TemplateText;
const statements = statementsOf(STACKS.delivery, template);
const [bucketId] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::S3::Bucket') ?? [];
const BUCKET = `{${bucketId}}`;

const rightsOf = (role: string) => statements.filter(({ where }) => where.startsWith(`${STACKS.delivery}/${role}Policy`));

describe.each(Object.entries(JOBS))('%s', (role, { tier, entries, never = [], changes }) => {
  test('may make every call that its programs make, on what they make it on', () => {
    const calls = callsOf(entries).filter(({ action }) => !never.includes(action));
    expect(calls.length).toBeGreaterThan(3);
    expect(missing(rightsOf(role), calls, tier)).toEqual([]);
  });

  test('may change this and nothing else', () => {
    expect(changesOf(rightsOf(role))).toEqual([...changes].sort());
  });
});

test('who rolls back writes into the ledger only', () => {
  const written = rightsOf('rollback').filter(({ actions }) => actions.includes('s3:PutObject'));
  expect(written.flatMap(({ resources }) => resources)).toEqual([`${BUCKET}/${LEDGER_PREFIX}*`]);
});

describe('what is missing would be found:', () => {
  const withoutStatement = (role: string, action: string) => rightsOf(role).filter(({ actions }) => !actions.includes(action));
  const callsOfJob = (role: keyof typeof JOBS) => callsOf(JOBS[role]?.entries ?? []);

  test('a call that nobody may make', () => {
    expect(actionsIn("import { DeleteFunctionCommand, paginateListTags } from '@aws-sdk/client-lambda';")).toEqual([
      'lambda:DeleteFunction',
      'lambda:ListTags',
    ]);
  });

  test.each([
    ['deployStaging', 's3:GetBucketVersioning', /GetBucketVersioning on \{Ledger/],
    ['qualify', 'servicequotas:GetServiceQuota', /GetServiceQuota on \*/],
    ['rollback', 'cloudformation:CancelUpdateStack', /CancelUpdateStack on .*CheckInProduction/],
    ['ledger', 'cloudformation:DescribeStacks', /DescribeStacks on .*CheckInDelivery/],
  ] as const)('%s without %s', (role, action, problem) => {
    const found = missing(withoutStatement(role, action), callsOfJob(role), JOBS[role]?.tier ?? null);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  test('a right over something else', () => {
    const other = rightsOf('ledger').map((each) => ({
      ...each,
      resources: each.resources.map((pattern) => pattern.replace('ledger/', 'record/')),
    }));
    expect(missing(other, callsOfJob('ledger'), null)).toEqual(
      expect.arrayContaining([expect.stringMatching(/PutObject on \{.*ledger\//)]),
    );
  });

  test('a deployment that a rollback reaches for', () => {
    const calls = callsOf(['src/targets/aws/redeploy.ts', 'src/targets/aws/stack-update.ts']);
    const found = missing(rightsOf('rollback'), calls, 'production');
    for (const problem of [/CreateChangeSet on .*CheckInProduction/, /PassRole on /, /s3:PutObject on arn:aws:s3:::cdk/])
      expect(found).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });
});

test('types load nothing', () => {
  const loaded = loadedBy(['src/targets/aws/take-back.ts']);
  expect(loaded).toContain('src/targets/aws/code-deploy.ts');
  expect(loaded).not.toContain('src/targets/aws/change-set.ts');
});

/** `action on ARN (source)` for each call that the statements do not allow. */
function missing(rights: readonly Statement[], calls: readonly Call[], tier: Tier | null): readonly string[] {
  return calls.flatMap(({ action, path }) =>
    needed(action, path, tier)
      .filter((each) => !rights.some(({ actions, resources }) => actions.includes(action) && resources.some((of) => isMeant(of, each))))
      .map((each) => `${action} on ${each} (${path})`),
  );
}

/** What a call is made on. */
function needed(action: string, path: string, tier: Tier | null): readonly string[] {
  if (action.startsWith('s3:')) return neededOfS3(action, path, tier);
  const name = `check-in-${tier}`;
  const of: Readonly<Record<string, readonly string[]>> = {
    'cloudformation:DescribeStacks': [...(tier === null ? [] : [stackArn(STACKS[tier])]), stackArn(STACKS.delivery)],
    'cloudwatch:DescribeAlarms': [arn('cloudwatch', `alarm:${name}-canary-unwatched`)],
    'codedeploy:GetApplicationRevision': [arn('codedeploy', `application:${name}`)],
    'codedeploy:RegisterApplicationRevision': [arn('codedeploy', `application:${name}`)],
    'codedeploy:GetDeploymentConfig': [
      'CodeDeployDefault.LambdaAllAtOnce',
      `${tier === null ? '' : STACKS[tier]}-TierShiftCanary-1A2B`,
    ].map((each) => arn('codedeploy', `deploymentconfig:${each}`)),
    'iam:PassRole': [iamRole(`check-in-delivery-stack-${tier}`)],
    'ssm:GetParameter': [arn('ssm', 'parameter/cdk-bootstrap/hnb659fds/version')],
    'sts:AssumeRole': [iamRole('check-in-delivery-invoke')],
  };
  const unscoped = ['cloudwatch:GetMetricData', 'cloudwatch:PutMetricData', 'codedeploy:StopDeployment', 'lambda:GetAccountSettings'];
  if ([...unscoped, 'servicequotas:GetServiceQuota'].includes(action)) return ['*'];
  const ofService: Readonly<Record<string, readonly string[]>> = {
    cloudformation: tier === null ? [] : [stackArn(STACKS[tier])],
    codedeploy: [arn('codedeploy', `deploymentgroup:${name}/${name}`)],
    elasticache: [arn('elasticache', `replicationgroup:${name}`)],
    lambda: ['', ':live', ':7'].map((qualifier) => arn('lambda', `function:${name}${qualifier}`)),
  };
  const found = of[action] ?? ofService[action.split(':')[0] ?? ''];
  if (found === undefined) throw new Error(`${path}: nobody knows what ${action} is made on`);
  return found;
}

function neededOfS3(action: string, path: string, tier: Tier | null): readonly string[] {
  const isAsset = path.startsWith('src/targets/');
  if (action === 's3:ListBucket' || action === 's3:GetBucketVersioning') return [isAsset ? ASSET_BUCKET : BUCKET];
  if (isAsset) return tier === null ? [] : [`${ASSET_BUCKET}/${STACKS[tier]}/0123abcd.zip`];
  return ['entries/00000001.json', 'head.json', 'objects/01ab'].map((key) => `${BUCKET}/ledger/${key}`);
}

function changesOf(rights: readonly Statement[]): readonly string[] {
  return [...new Set(rights.flatMap(({ actions }) => actions).filter((action) => !READS.test(action)))].sort();
}
