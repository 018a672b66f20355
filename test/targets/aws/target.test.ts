import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { healthOf } from '../../../src/targets/aws/health';
import { invokeAccess } from '../../../src/targets/aws/invoke-access';
import { awsTarget } from '../../../src/targets/aws/target';
import type { Answer } from '../../support/aws-replay';
import { ACCOUNT, type Account, ALIAS, answering, FUNCTION, GROUP, installTier, REGION, startAccount } from './account';
import { contextOf, POLICY } from './context';
import { NO_STACK, stacks } from './stacks';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/function`;
const INVOKE_ONLY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abcdef1234/$default/*` },
  ],
};

let account: Account;
let before: number;
beforeAll(async () => {
  account = await startAccount(['sts', 'lambda']);
  await installTier(account, [zipSync({ 'index.js': new Uint8Array(1) })]);
});
afterAll(() => account.close());
beforeEach(() => {
  before = account.replay.requests.length;
  serves(stacks('UPDATE_COMPLETE'));
});

function serves(...answers: readonly Answer[]): void {
  account.replay.script('cloudformation', 'DescribeStacks', answers);
}

function asked(operation: string): readonly Readonly<Record<string, unknown>>[] {
  return account.replay.requests.slice(before).flatMap((request) => (request.operation === operation ? [request.input] : []));
}

describe('the target', () => {
  test('is refused to credentials of another account before anything is touched', async () => {
    const policy = { ...POLICY, account: '210987654321' };
    await expect(awsTarget({ clients: account.clients, policy })).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/are of account 123456789012 .*targets\.aws\.account is 210987654321\. Nothing was touched/),
    });
    expect(account.replay.requests.slice(before).map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
  });

  test('opens to the account that the policy names, and describes it', async () => {
    const target = await awsTarget({ clients: account.clients, policy: { ...POLICY, account: ACCOUNT } });
    expect(target).toMatchObject({ name: 'aws', canaryTraffic: 'real', cloudWatch: account.clients.cloudWatch });
    expect((await target.describe('staging')).identity.functionName).toBe(FUNCTION);
    expect(await target.facts('staging')).toEqual({ environmentsStarted: null });
  });

  test('changes no reservation: it says the one in force', async () => {
    const target = await awsTarget({ clients: account.clients, policy: POLICY });
    expect(await target.setReservedConcurrency('staging', 5)).toBe(20);
    expect(asked('PutFunctionConcurrency')).toEqual([]);
  });

  test('says how to see the logs', async () => {
    const target = await awsTarget({ clients: account.clients, policy: POLICY });
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-logs-'));
    await target.saveLogs('staging', join(directory, 'staging'));
    const text = await readFile(join(directory, 'staging', 'where-the-logs-are.txt'), 'utf8');
    expect(text).toContain(`--function-name ${FUNCTION} --region eu-west-1`);
    expect(text).toContain('--api-id abcdef1234');
    await rm(directory, { recursive: true });
  });
});

describe('what the load generator signs with', () => {
  test('is nothing where the API demands nothing', async () => {
    serves(stacks('UPDATE_COMPLETE', { outputs: { ApiAuthorization: 'JWT' } }));
    expect(await invokeAccess(contextOf(account, { environment: { TIDEGATE_INVOKE_ROLE_ARN: ROLE } }), 'staging')).toBeNull();
  });

  test('is a session of the named role that can only invoke this API', async () => {
    const context = contextOf(account, { environment: { TIDEGATE_INVOKE_ROLE_ARN: ROLE } });
    const access = await invokeAccess(context, 'staging');
    expect(access).toMatchObject({ region: 'eu-west-1', service: 'execute-api' });
    const credentials = await access?.credentials();
    expect(credentials).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/), sessionToken: expect.any(String) });
    const [request] = asked('AssumeRole');
    expect(request).toMatchObject({ RoleArn: ROLE, DurationSeconds: 3600 });
    expect(JSON.parse(String(request?.['Policy']))).toEqual(INVOKE_ONLY);
  });

  test('is held until five minutes before its end, and shared by those who ask at once', async () => {
    let now = Date.now();
    const clock = { now: () => now, sleep: async () => undefined };
    const access = await invokeAccess(contextOf(account, { clock, environment: { TIDEGATE_INVOKE_ROLE_ARN: ROLE } }), 'staging');
    const [one, two] = await Promise.all([access?.credentials(), access?.credentials()]);
    expect(two).toEqual(one);
    now = (one?.expiresAt ?? 0) - 5 * 60_000 - 1;
    expect(await access?.credentials()).toEqual(one);
    expect(asked('AssumeRole')).toHaveLength(1);
    now += 1;
    const renewed = await Promise.all([access?.credentials(), access?.credentials()]);
    expect(asked('AssumeRole')).toHaveLength(2);
    expect(renewed[0]?.accessKeyId).not.toBe(one?.accessKeyId);
    expect(renewed[1]).toEqual(renewed[0]);
  });

  test('is asked for again after a refusal, which names the role', async () => {
    const access = await invokeAccess(contextOf(account, { environment: { TIDEGATE_INVOKE_ROLE_ARN: ROLE } }), 'staging');
    account.replay.script('sts', 'AssumeRole', [{ error: { name: 'AccessDenied', message: 'not authorized to perform: sts:AssumeRole' } }]);
    await expect(access?.credentials()).rejects.toMatchObject({ problem: 'forbidden', message: expect.stringContaining(`assume ${ROLE}`) });
    account.replay.script('sts', 'AssumeRole', []);
    expect(await access?.credentials()).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
  });

  test('is never the credentials of the caller', async () => {
    await expect(invokeAccess(contextOf(account), 'staging')).rejects.toMatchObject({
      problem: 'rejected',
      message: expect.stringMatching(/does not get your own credentials.*TIDEGATE_INVOKE_ROLE_ARN/),
    });
  });

  test('is the role of the GitHub job, narrowed', async () => {
    const github = await answering({ value: 'an.identity.token' });
    const environment = {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/?v=1`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
      TIDEGATE_ROLE_ARN: ROLE,
      // As a workflow passes a variable that nobody has set.
      TIDEGATE_INVOKE_ROLE_ARN: '',
    };
    const access = await invokeAccess(contextOf(account, { environment }), 'staging');
    expect(await access?.credentials()).toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
    const [request] = asked('AssumeRoleWithWebIdentity');
    expect(request).toMatchObject({ RoleArn: ROLE, WebIdentityToken: 'an.identity.token' });
    expect(JSON.parse(String(request?.['Policy']))).toEqual(INVOKE_ONLY);
    github.close();
  });

  test('is refused in a GitHub job whose environment names no role', async () => {
    const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x', TIDEGATE_ROLE_ARN: '' };
    await expect(invokeAccess(contextOf(account, { environment }), 'staging')).rejects.toMatchObject({ problem: 'rejected' });
  });

  test('for a tier given by identities is what a named role gives, else nothing', async () => {
    const policy = { ...POLICY, staging: { apiId: 'abcdef1234', functionName: FUNCTION, alias: ALIAS, replicationGroupId: GROUP } };
    expect(await invokeAccess(contextOf(account, { policy }), 'staging')).toBeNull();
    expect(await invokeAccess(contextOf(account, { policy, environment: { TIDEGATE_INVOKE_ROLE_ARN: ROLE } }), 'staging')).not.toBeNull();
  });
});

describe('health', () => {
  test.each(['UPDATE_COMPLETE', 'UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE'])('is good in %s', async (status) => {
    serves(stacks(status));
    expect(await healthOf(contextOf(account))('staging')).toEqual({ ok: true });
  });

  test.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'ROLLBACK_COMPLETE', 'DELETE_FAILED'])(
    'is bad in %s',
    async (status) => {
      serves(stacks(status, { StackStatusReason: 'Alarm raised' }));
      expect(await healthOf(contextOf(account))('staging')).toEqual({
        ok: false,
        detail: `the stack CheckInStaging is in ${status}: Alarm raised`,
      });
    },
  );

  test('is bad without a stack', async () => {
    serves(NO_STACK);
    expect(await healthOf(contextOf(account))('staging')).toEqual({ ok: false, detail: 'there is no stack CheckInStaging' });
  });

  test('is asked of AWS four times a minute, however often we are asked', async () => {
    const context = contextOf(account);
    const health = healthOf(context);
    for (let asks = 0; asks < 60; asks += 1) {
      await health('staging');
      await context.clock.sleep(500);
    }
    expect(asked('DescribeStacks')).toHaveLength(2);
  });

  test('stays as it was while AWS does not answer', async () => {
    const cloudFormation = new CloudFormationClient({ region: REGION, maxAttempts: 1 });
    const context = contextOf({ clients: { ...account.clients, cloudFormation } });
    const throttle = (): void => account.replay.fault('cloudformation', { kind: 'throttle', times: 1 });
    throttle();
    await expect(healthOf(context)('staging')).rejects.toMatchObject({ problem: 'transient' });
    const health = healthOf(context);
    expect(await health('staging')).toEqual({ ok: true });
    await context.clock.sleep(15_000);
    throttle();
    expect(await health('staging')).toEqual({ ok: true });
    await context.clock.sleep(15_000);
    serves({ error: { name: 'AccessDenied', message: 'no' } });
    await expect(health('staging')).rejects.toMatchObject({ problem: 'forbidden' });
    cloudFormation.destroy();
  });

  test('is bad when the function cannot run', async () => {
    const server = await answering({ State: 'Failed', StateReason: 'No free address in the subnet' });
    const lambda = new LambdaClient({ region: REGION, endpoint: server.url });
    expect(await healthOf(contextOf({ clients: { ...account.clients, lambda } }))('staging')).toEqual({
      ok: false,
      detail: `the function ${FUNCTION} is Failed: No free address in the subnet`,
    });
    lambda.destroy();
    server.close();
  });
});
