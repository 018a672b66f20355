import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { deploy } from '../../../src/targets/aws/deploy';
import { startStackUpdate } from '../../../src/targets/aws/stack-update';
import { DeployFailedError, type ReleasePackage } from '../../../src/targets/target';
import type { Answer } from '../../support/aws-replay';
import { type Account, ALIAS, BUCKET, bootstrap, FUNCTION, installTier, REGION, startAccount } from './account';
import { writeAssembly } from './assemblies';
import { contextOf, POLICY } from './context';
import { ASSEMBLY_DIGEST, event, NO_STACK, SHIFT, STACK_ID, stacks } from './stacks';

const [old, fresh] = ['old', 'fresh'].map((code) => zipSync({ 'index.js': new TextEncoder().encode(code) }));
if (old === undefined || fresh === undefined) throw new Error('two packages');

let account: Account;
let directory: string;
let release: ReleasePackage;
/** Requests of tests before this one. */
let before: number;

beforeAll(async () => {
  account = await startAccount();
  directory = await mkdtemp(join(tmpdir(), 'tidegate-deploy-'));
  await installTier(account, [old, fresh]);
  await bootstrap(account);
  release = await writeAssembly(directory, fresh);
});
afterAll(async () => {
  await account.close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  before = account.replay.requests.length;
  await serveVersion('2');
  script('CreateChangeSet', { Id: 'arn:changeset', StackId: STACK_ID });
  script('DescribeChangeSet', { Status: 'CREATE_PENDING' }, { Status: 'CREATE_COMPLETE' });
  script('ExecuteChangeSet', {});
  script('DeleteChangeSet', {});
});
afterEach(() => expect(account.replay.problems()).toEqual([]));

function script(operation: string, ...answers: readonly Answer[]): void {
  account.replay.script('cloudformation', operation, answers);
}

function serveVersion(version: string): Promise<unknown> {
  return account.clients.lambda.send(new UpdateAliasCommand({ FunctionName: FUNCTION, Name: ALIAS, FunctionVersion: version }));
}

function asked(operation: string): readonly Readonly<Record<string, unknown>>[] {
  return account.replay.requests.slice(before).flatMap((request) => (request.operation === operation ? [request.input] : []));
}

describe('a deployment to staging', () => {
  test('makes and executes a change set, waits, and finds the package serving', async () => {
    const kept = [
      ...(stacks('UPDATE_COMPLETE').Stacks[0]?.Parameters ?? []),
      { ParameterKey: 'BootstrapVersion' },
      { ParameterKey: 'Dropped' },
    ];
    script(
      'DescribeStacks',
      stacks('UPDATE_COMPLETE', { Parameters: kept }),
      stacks('UPDATE_IN_PROGRESS'),
      stacks('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
      stacks('UPDATE_COMPLETE'),
    );
    const context = contextOf(account);
    const description = await deploy(context, 'staging', release);
    expect(description).toMatchObject({
      servingDigest: release.packageDigest,
      assemblyDigest: ASSEMBLY_DIGEST,
      identity: { version: '2' },
    });
    const [request] = asked('CreateChangeSet');
    expect(request).toMatchObject({
      StackName: 'CheckInStaging',
      ChangeSetType: 'UPDATE',
      TemplateURL: expect.stringMatching(`^https://${BUCKET}\\.s3\\.${REGION}\\.amazonaws\\.com/[0-9a-f]{64}\\.json$`),
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      RoleARN: `arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-${REGION}`,
      Tags: [{ Key: 'tier', Value: 'staging' }],
      Parameters: [
        { ParameterKey: 'AssemblyDigest', ParameterValue: ASSEMBLY_DIGEST },
        { ParameterKey: 'BootstrapVersion', UsePreviousValue: true },
      ],
    });
    expect(asked('ExecuteChangeSet')).toMatchObject([{ ChangeSetName: request?.['ChangeSetName'], StackName: STACK_ID }]);
    expect(context.slept()).toBe(5_000 + 5_000 + 6_250);
    expect(context.said).toContain('CheckInStaging: UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  });

  test('creates a stack that does not exist, or that is only under review', async () => {
    script('DescribeStacks', stacks('REVIEW_IN_PROGRESS'), stacks('CREATE_IN_PROGRESS'), stacks('CREATE_COMPLETE'));
    await deploy(contextOf(account), 'staging', release);
    expect(asked('CreateChangeSet')).toMatchObject([{ ChangeSetType: 'CREATE' }]);
  });

  test('installs a production that does not exist', async () => {
    const policy = { ...POLICY, production: POLICY.staging };
    script('DescribeStacks', NO_STACK, NO_STACK, stacks('CREATE_COMPLETE', { outputs: SHIFT }));
    expect(await deploy(contextOf(account, { policy }), 'production', release)).toMatchObject({
      tier: 'production',
      identity: { version: '2' },
    });
    expect(asked('CreateChangeSet')).toMatchObject([{ ChangeSetType: 'CREATE' }]);
  });

  test.each([
    "The submitted information didn't contain changes. Submit different information to create a change set.",
    'No updates are to be performed.',
  ])('that changes nothing is a success: %s', async (reason) => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    script('DescribeChangeSet', { Status: 'FAILED', StatusReason: reason });
    expect((await deploy(contextOf(account), 'staging', release)).identity.version).toBe('2');
    expect(asked('ExecuteChangeSet')).toEqual([]);
    expect(asked('DeleteChangeSet')).toHaveLength(1);
  });

  test('whose change set is refused says why, and nothing was changed', async () => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    script('DescribeChangeSet', { Status: 'FAILED', StatusReason: 'Unresolved resource dependencies [Cache] in the Outputs block.' });
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/does not accept the change of CheckInStaging: Unresolved.*Nothing was changed/),
    });
    expect(asked('ExecuteChangeSet')).toEqual([]);
  });

  test.each([
    ['replace the cache', { Action: 'Modify', Replacement: 'True' }, 'replaces Cache'],
    ['perhaps replace the cache', { Action: 'Modify', Replacement: 'Conditional' }, 'replaces Cache'],
    ['remove the cache', { Action: 'Remove' }, 'removes Cache'],
  ])('that would %s is refused before anything is changed', async (_what, change, words) => {
    const harmless = {
      Type: 'Resource',
      ResourceChange: { Action: 'Modify', LogicalResourceId: 'Api', ResourceType: 'AWS::Lambda::Function', Replacement: 'True' },
    };
    const harmful = {
      Type: 'Resource',
      ResourceChange: { ...change, LogicalResourceId: 'Cache', ResourceType: 'AWS::ElastiCache::ReplicationGroup' },
    };
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    // The changes come in pages, and the harmful one is on the second.
    script(
      'DescribeChangeSet',
      { Status: 'CREATE_COMPLETE' },
      { Status: 'CREATE_COMPLETE', Changes: [harmless], NextToken: 'more' },
      { Status: 'CREATE_COMPLETE', Changes: [harmful] },
    );
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(new RegExp(`${words}.*the data with it.*Nothing was changed`)),
    });
    expect(asked('ExecuteChangeSet')).toEqual([]);
  });

  test('that changes the cache in place, and replaces what holds nothing, goes on', async () => {
    const changes = [
      {
        Type: 'Resource',
        ResourceChange: {
          Action: 'Modify',
          LogicalResourceId: 'Cache',
          ResourceType: 'AWS::ElastiCache::ReplicationGroup',
          Replacement: 'False',
        },
      },
      {
        Type: 'Resource',
        ResourceChange: { Action: 'Modify', LogicalResourceId: 'V', ResourceType: 'AWS::Lambda::Version', Replacement: 'True' },
      },
    ];
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    script('DescribeChangeSet', { Status: 'CREATE_COMPLETE', Changes: changes });
    await deploy(contextOf(account), 'staging', release);
    expect(asked('ExecuteChangeSet')).toHaveLength(1);
  });

  test('that is rolled back names the first resource that failed, not those that fell with it', async () => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'), stacks('UPDATE_IN_PROGRESS'), stacks('UPDATE_ROLLBACK_COMPLETE'));
    script('DescribeStackEvents', {
      StackEvents: [
        event(null, 'UPDATE_ROLLBACK_COMPLETE'),
        event(null, 'UPDATE_ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to update: [Alias, Function]'),
        event('Alias', 'UPDATE_FAILED', 'Deployment failed in the wake'),
        event('Function', 'UPDATE_FAILED', 'Runtime nodejs20.x is no longer supported'),
        event('Role', 'UPDATE_FAILED', 'Resource update cancelled'),
        event(null, 'UPDATE_IN_PROGRESS', 'User Initiated'),
        event('Dashboard', 'UPDATE_FAILED', 'of a deployment last week'),
      ],
    });
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toThrow(
      new DeployFailedError(
        'CloudFormation took the update of CheckInStaging back; what served before serves. First failure: Function (AWS::Lambda::Function) UPDATE_FAILED: Runtime nodejs20.x is no longer supported',
      ),
    );
  });

  test('whose first creation fails says that the stack must be deleted', async () => {
    script('DescribeStacks', NO_STACK, stacks('CREATE_IN_PROGRESS'), stacks('ROLLBACK_COMPLETE'));
    script('DescribeStackEvents', {
      StackEvents: [event('Cache', 'CREATE_FAILED', 'Quota of nodes exceeded'), event(null, 'CREATE_IN_PROGRESS', 'User Initiated')],
    });
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toThrow(
      /First failure: Cache .*Quota of nodes exceeded.*aws cloudformation delete-stack/,
    );
  });

  test('to the leavings of a failed creation is refused before anything is uploaded', async () => {
    script('DescribeStacks', stacks('ROLLBACK_COMPLETE'));
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toThrow(/can only be deleted/);
    expect(asked('CreateChangeSet')).toEqual([]);
  });

  test('to a stack that somebody else is changing waits, and refuses after ten minutes', async () => {
    script('DescribeStacks', stacks('UPDATE_IN_PROGRESS'), stacks('UPDATE_IN_PROGRESS'), stacks('UPDATE_COMPLETE'));
    await deploy(contextOf(account), 'staging', release);
    script('DescribeStacks', stacks('UPDATE_IN_PROGRESS'));
    const context = contextOf(account);
    await expect(deploy(context, 'staging', release)).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/UPDATE_IN_PROGRESS.*Waited 10 minutes/),
    });
    expect(context.slept()).toBeGreaterThan(9 * 60_000);
    expect(asked('CreateChangeSet')).toHaveLength(1);
  });

  test('that does not end is given up after an hour, and CloudFormation goes on', async () => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'), stacks('UPDATE_IN_PROGRESS'));
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toMatchObject({
      problem: 'transient',
      message: expect.stringMatching(/still in UPDATE_IN_PROGRESS after 60 minutes/),
    });
  });

  test('bears an AWS that does not answer for a while', async () => {
    const cloudFormation = new CloudFormationClient({ region: REGION, maxAttempts: 1 });
    const context = contextOf({ clients: { ...account.clients, cloudFormation } });
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    const update = await startStackUpdate(context, 'staging', release);
    account.replay.fault('cloudformation', { kind: 'throttle', times: 3, operation: 'DescribeStacks' });
    expect(await update.done).toEqual({ state: 'complete' });
    account.replay.fault('cloudformation', { kind: 'throttle', times: 4, operation: 'DescribeStacks' });
    await expect(startStackUpdate(context, 'staging', release)).rejects.toMatchObject({ problem: 'transient' });
    cloudFormation.destroy();
  });

  test('after which another package serves is no deployment', async () => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    await serveVersion('1');
    await expect(deploy(contextOf(account), 'staging', release)).rejects.toThrow(
      /CheckInStaging is complete, but version 1 of check-in-staging serves the package sha256:\w{64} and not the release's sha256:/,
    );
  });
});

describe('what is never deployed', () => {
  test('a release without an assembly', async () => {
    await expect(deploy(contextOf(account), 'staging', { ...release, assembly: null })).rejects.toThrow(/no cloud assembly/);
  });

  test('a tier that the policy gives by identities', async () => {
    const staging = { apiId: 'a', functionName: FUNCTION, alias: ALIAS, replicationGroupId: 'g' };
    await expect(deploy(contextOf(account, { policy: { ...POLICY, staging } }), 'staging', release)).rejects.toThrow(/by identities/);
  });

  test('a production that exists', async () => {
    script('DescribeStacks', stacks('UPDATE_COMPLETE'));
    await expect(deploy(contextOf(account), 'production', release)).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/production moves by a promotion/),
    });
    expect(asked('CreateChangeSet')).toEqual([]);
  });

  test('a stack that the assembly does not hold', async () => {
    script('DescribeStacks', NO_STACK);
    await expect(deploy(contextOf(account), 'production', release)).rejects.toThrow(/no stack CheckInProduction; it has CheckInStaging/);
  });
});
