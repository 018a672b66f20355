import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetAliasCommand } from '@aws-sdk/client-lambda';
import { awsClients } from '../../src/aws/clients';
import { exitCodeOf } from '../../src/cli/exit-code';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';
import { type Delivery, deliver } from '../../src/pipeline/deliver';
import { type Judged, judgeRun, recordRun } from '../../src/pipeline/judge-run';
import { keepRelease } from '../../src/pipeline/keep-release';
import { promote } from '../../src/pipeline/promote';
import { qualify } from '../../src/pipeline/qualify';
import { oneStepBack } from '../../src/pipeline/roll-back';
import { awsTarget } from '../../src/targets/aws/target';
import type { ReleasePackage, Target } from '../../src/targets/target';
import { REGION } from '../support/aws-account/account';
import { type ClientsOfProduction, startClients } from '../support/aws-account/clients-of-production';
import { type AwsBench, install, openAwsBench, type Run } from './aws-bench';
import { expiringKeys } from './expiring-keys';

/** Enough for the canary's gates on both versions. */
const REQUESTS_PER_SECOND = 30;
/** CodeDeploy's own time, in which it does nothing but wait: 10 s here. */
const BAKE_MINUTES = 8;
const LONG_BAKE_MINUTES = 120;
const CANARY = { weight: 0.5, watchMs: 10_000 };
/** Into the soak. */
const KEYS_EXPIRE_AFTER_MS = 15_000;

let bench: AwsBench;
let run: Run;
let clients: ClientsOfProduction;
/** Ended even when what came after did not begin. */
const begun: (() => Promise<void>)[] = [];
beforeAll(async () => {
  bench = await openAwsBench();
  begun.push(bench.close);
  run = await bench.open();
  begun.push(run.close);
  await install(run, bench.releases.first);
  await run.target.deploy('staging', bench.releases.first);
  clients = startClients(bench.account, REQUESTS_PER_SECOND);
  begun.push(clients.stop);
}, 120_000);
afterAll(async () => {
  for (const end of begun.reverse()) await end();
});
beforeEach(() => {
  bench.account.codeDeploy.ways.bakeMinutes = LONG_BAKE_MINUTES;
});
afterEach(() => expect(bench.account.problems()).toEqual([]));

const servedBy = async (tier: 'staging' | 'production') => {
  const alias = await bench.account.hands.lambda.send(new GetAliasCommand({ FunctionName: `tidegate-${tier}`, Name: 'live' }));
  return { version: alias.FunctionVersion, split: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}) };
};
const kinds = async (release: ReleasePackage) =>
  (await run.workspace.ledger.read()).filter(({ digest }) => digest === release.digest).map(({ event }) => event.kind);

test('a staging whose stack is taken back gives no verdict, and production is not asked', async () => {
  const { account, releases, stages } = bench;
  account.stacks.staging.operations.failing = 'No more capacity in eu-west-1a';
  const { report } = await deliver({ ...run.common, release: releases.bad, stages });
  account.stacks.staging.operations.failing = null;
  expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'deploy-failed', promotion: { state: 'refused' } });
  expect(JSON.stringify(report)).toContain('TierCacheGroup (AWS::ElastiCache::ReplicationGroup) UPDATE_FAILED: No more capacity');
  expect(exitCodeOf(report)).toBe(2);
  expect(await servedBy('staging')).toEqual({ version: '1', split: [] });
  expect(account.codeDeploy.deployments.size).toBe(0);
});

test('metrics that stay partial give no verdict, and production is not asked', async () => {
  const { account, releases, stages } = bench;
  account.twin.cloudWatch.setFault('partial-data', {});
  const { report } = await deliver({ ...run.common, release: releases.first, stages });
  account.twin.cloudWatch.clearFaults();
  expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'partial-data', promotion: { state: 'refused' } });
  expect(exitCodeOf(report)).toBe(2);
  expect(account.codeDeploy.deployments.size).toBe(0);
}, 120_000);

let qualified: Judged;

/** Why a run did not pass, in its own words. */
function problemsIn({ verdict, reason, stages }: GateReport): readonly string[] {
  const gates = stages.flatMap(({ gates: all }) => all.filter((gate) => gate.verdict !== 'passed').map(({ message }) => message));
  return verdict === 'passed' ? [] : [reason, ...gates];
}

/** A delivery whose credentials end in the middle of the soak, and whose metrics are throttled at first. */
async function delivered(
  release: ReleasePackage,
  stages: AwsBench['stages'],
  attempt = 1,
): Promise<Delivery & { readonly keys: readonly string[] }> {
  const { replay } = bench.account;
  replay.fault('cloudwatch', { kind: 'throttle', times: 2, operation: 'GetMetricData' });
  const keys = expiringKeys(replay, KEYS_EXPIRE_AFTER_MS);
  const runner = await bench.open(keys.source);
  begun.push(runner.close);
  const delivery = await deliver({ ...runner.common, release, stages });
  // On AWS a spoiled load is not tried again, and this machine may have been busy with other tests.
  if (delivery.report.reason === 'load-not-applied' && attempt === 1) return delivered(release, stages, 2);
  return { ...delivery, keys: keys.used() };
}

test('a good release goes from its change set to production, past canary and alias', async () => {
  const { account, releases, stages } = bench;
  const { good } = releases;
  account.codeDeploy.ways.bakeMinutes = BAKE_MINUTES;
  const { report, evidence, baseline, fault, keys } = await delivered(good, stages);
  qualified = { report, evidence, baseline };
  expect({ fault, problems: problemsIn(report) }).toEqual({ fault: null, problems: [] });
  expect(keys).toEqual(['before', 'after']);
  expect(report.promotion).toMatchObject({ state: 'promoted', from: releases.first.digest, to: good.digest });
  expect(report.stages.map(({ name, tier }) => `${name} ${tier}`)).toEqual([
    'smoke staging',
    'soak staging',
    'spike staging',
    'canary production',
  ]);
  expect(await servedBy('production')).toEqual({ version: '2', split: [] });
  expect(await run.target.describe('production')).toMatchObject({ servingDigest: good.packageDigest, assemblyDigest: good.digest });
  expect(await kinds(good)).toEqual(expect.arrayContaining(['built']));
  expect((await kinds(good)).slice(-7)).toEqual([
    'evidence',
    'gate-report',
    'approval',
    'canary-begun',
    'evidence',
    'gate-report',
    'promotion',
  ]);
  expect([...account.codeDeploy.deployments.values()].map(({ status }) => status)).toEqual(['Succeeded']);
  // All that the load generator sent was signed by a session that can do nothing else; strangers stay outside.
  expect(account.doors.staging.counts()).toMatchObject({ refused: 0 });
  expect(account.doors.staging.counts().admitted).toBeGreaterThan(400);
  expect((await fetch(`${account.doors.staging.url}/health`)).status).toBe(403);
  expect(Object.keys(clients.answers())).toEqual(['200']);
}, 120_000);

/** What `promote` reads from the ledger: the stages of the good release, as if this one had passed them. */
async function asQualified(release: ReleasePackage): Promise<void> {
  // Without a promotion before, every later failure would be noise.
  expect(qualified.report.promotion.state).toBe('promoted');
  const { digest, packageDigest, entry, commit } = release;
  const evidence: Evidence = {
    ...qualified.evidence,
    release: { entry, commit, digest, packageDigest, assemblyDigest: digest },
    plannedStages: qualified.evidence.plannedStages.filter((name) => name !== 'canary'),
    stages: qualified.evidence.stages.filter(({ name }) => name !== 'canary'),
  };
  const { policy, policyDigest, toolVersion } = run.common;
  await keepRelease(run.workspace, release);
  await recordRun(run.workspace, { evidence, report: evaluate({ evidence, policy, policyDigest, toolVersion }) });
}

function promoted({ common }: Run, release: ReleasePackage) {
  const [stage] = bench.stages.filter(({ name }) => name === 'canary');
  if (stage === undefined) throw new Error('the policy has no canary');
  const canary: string[] = [];
  const promotion = promote({
    ...common,
    release,
    stage,
    outdated: null,
    record: async () => undefined,
    recordCanary: async ({ fault }) => void canary.push(fault?.reason ?? 'measured'),
  });
  return { promotion: promotion.then((outcome) => outcome.promotion), canary };
}

test('a canary whose new version errs is taken back', async () => {
  const { releases, account } = bench;
  await asQualified(releases.bad);
  const { promotion, canary } = promoted(run, releases.bad);
  expect(await promotion).toMatchObject({ state: 'rolled-back', from: releases.good.digest });
  expect((await promotion).reason).toMatch(/^Failed invocations: .* limit 5 %/);
  expect(canary).toEqual(['measured']);
  expect(clients.answers()[500]).toBeGreaterThan(20);
  expect(await servedBy('production')).toEqual({ version: '2', split: [] });
  expect(await kinds(releases.bad)).toContain('canary-rolled-back');
  expect(account.stacks.production.stack).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', version: '2' });
}, 120_000);

/** The promotion of a release, once its canary has its share. */
async function inCanary(of: Run, release: ReleasePackage) {
  const from = of.said.length;
  const begun = promoted(of, release);
  const isShifted = () => of.said.slice(from).some((text) => text.startsWith('canary: 50 % of production'));
  for (let waited = 0; waited < 10_000 && !isShifted(); waited += 50) await pause(50);
  return begun;
}

test('a canary that an alarm ended is not watched any longer', async () => {
  const { releases, account } = bench;
  await asQualified(releases.first);
  const { promotion, canary } = await inCanary(run, releases.first);
  account.codeDeploy.raise('tidegate-production-errors');
  const { state, reason } = await promotion;
  expect(state).toBe('rolled-back');
  expect(reason).toMatch(/^the platform took the canary back: .*ALARM_ACTIVE.*tidegate-production-errors/);
  expect(canary).toEqual(['target-failed']);
  expect(await servedBy('production')).toEqual({ version: '2', split: [] });
}, 120_000);

/** A process that began a canary and is no more: nothing of it publishes, observes or stops. */
async function dieInCanary(release: ReleasePackage): Promise<void> {
  const dying = await bench.open();
  await dying.target.beginShift('production', release, CANARY);
  await dying.close();
}

test('a canary whose runner died refuses the next run with words, and can be taken back at once', async () => {
  const { releases, account } = bench;
  await dieInCanary(releases.first);
  await asQualified(releases.first);
  const { reason, state } = await promoted(run, releases.first).promotion;
  expect(state).toBe('refused');
  expect(reason).toContain('production-unavailable: The stack CheckInProduction is in UPDATE_IN_PROGRESS.');
  await expect(run.target.beginShift('production', releases.first, CANARY)).rejects.toThrow(/another run is at it, or one died/);
  // Not one release too far: what serves goes on, and only the canary is ended.
  expect(await oneStepBack(run.target, await run.workspace.ledger.read())).toBe(releases.good.digest);
  expect(await run.target.restore('production', releases.good, '2')).toMatchObject({ servingDigest: releases.good.packageDigest });
  expect(await servedBy('production')).toEqual({ version: '2', split: [] });
  expect(account.stacks.production.stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
}, 120_000);

test('a canary that nobody watches is taken back by CodeDeploy itself', async () => {
  const { releases, account } = bench;
  await dieInCanary(releases.first);
  expect((await servedBy('production')).split).toHaveLength(1);
  const isBack = () => account.stacks.production.stack.status === 'UPDATE_ROLLBACK_COMPLETE';
  for (let waited = 0; waited < 15_000 && !isBack(); waited += 100) await pause(100);
  expect(await servedBy('production')).toEqual({ version: '2', split: [] });
  expect([...account.codeDeploy.deployments.values()].at(-2)?.errorInformation?.message).toContain('tidegate-production-unwatched');
  expect(await run.target.describe('production')).toMatchObject({ servingDigest: releases.good.packageDigest });
}, 120_000);

/** A client of somebody who never heard of Tidegate. */
const PLAIN_SCRIPT = `import http from 'k6/http';
import { check } from 'k6';
export default () => check(http.get(__ENV.BASE_URL + '/health'), { ok: ({ status }) => status === 200 });
`;

/** Staging as a policy names it that knows neither stack nor assembly. */
async function stagingByIdentities(): Promise<Target> {
  const { apiUrl, identity } = await run.target.describe('staging');
  const { apiId, functionName, alias, nodes } = identity;
  const given = { apiId, functionName, alias, replicationGroupId: (nodes[0]?.cacheClusterId ?? '').replace(/-\d+$/, '') };
  return awsTarget({
    clients: awsClients({ region: REGION }),
    policy: { period: 1000, staging: given, production: given },
    clock: bench.account.clock,
    environment: { AWS_ENDPOINT_URL_EXECUTE_API: apiUrl, TIDEGATE_INVOKE_ROLE_ARN: 'arn:aws:iam::123456789012:role/load' },
  });
}

test('a tier that somebody else deployed is judged by its identities, with a plain script whose requests are signed for it', async () => {
  const root = await mkdtemp(join(tmpdir(), 'plain-script-'));
  const target = await stagingByIdentities();
  try {
    await writeFile(join(root, 'plain.js'), PLAIN_SCRIPT);
    const { servingDigest, assemblyDigest } = await target.describe('staging');
    expect(assemblyDigest).toBeNull();
    const stages = bench.stages.filter(({ name }) => name === 'smoke').map((stage) => ({ ...stage, script: 'plain.js' }));
    const deploy = () => target.describe('staging');
    const release = { digest: servingDigest, packageDigest: servingDigest, zipPath: '', assembly: null, entry: 'staging on AWS' };
    const facts = { ...run.common, target: 'aws', release: { ...release, commit: 'unknown', environment: {} } } as const;
    const judged = async () => {
      const startedAt = Date.now();
      const { stages: evidence } = await qualify({ ...run.common, target, root, tier: 'staging', stages, deploy });
      const times = { startedAt, finishedAt: Date.now() };
      return judgeRun({ ...facts, ...times, baseline: null, environmentsStarted: null }, ['smoke'], evidence).report;
    };
    const first = await judged();
    // Forty requests in two seconds: a busy machine is late with some, and asks again as a person would.
    const report = first.reason === 'load-not-applied' ? await judged() : first;
    expect(report).toMatchObject({ verdict: 'passed', release: { digest: servingDigest, commit: 'unknown' } });
  } finally {
    await target.close();
    await rm(root, { recursive: true, force: true });
  }
}, 120_000);
