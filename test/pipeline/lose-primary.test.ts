import { setTimeout as sleep } from 'node:timers/promises';
import { resolveStage } from '../../src/gates/policy/resolve';
import { cannotFailOver, losePrimaryOnTime } from '../../src/pipeline/lose-primary';
import type { StageRun } from '../../src/pipeline/stage-run';
import { policyOf } from '../gates/builders';
import { fakeTarget } from './fake-target';

const AT_MS = 60;
const never = new AbortController().signal;

/** A run whose plan loses the primary `at` ms after the start; null: never. */
async function runOf(failover: StageRun['target']['failover'], at: number | null = AT_MS): Promise<StageRun> {
  const resolved = resolveStage(policyOf().policy, 'failover', 'test');
  if (!resolved.ok) throw new Error(resolved.problem);
  const { failoverAtMs: _, ...plan } = resolved.value.plan;
  const target = { ...fakeTarget(), failover };
  return {
    target,
    tier: 'staging',
    description: await target.describe('staging'),
    stage: { ...resolved.value, plan: at === null ? plan : { ...plan, failoverAtMs: at } },
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    attempt: 1,
    quietSince: 0,
    k6: '',
    root: '.',
    directory: '.',
    signal: never,
    listener: () => undefined,
  };
}

/** What is found at the end of a load that lasts longer than the failover needs to begin. */
async function endOf(run: StageRun, startAt = Date.now()) {
  const loss = losePrimaryOnTime(run, startAt, never);
  await sleep(AT_MS + 20);
  return loss.over(true);
}

test('the primary of the tier is lost when the plan says so, and the failover is waited for', async () => {
  const seen: string[] = [];
  const startAt = Date.now();
  const run = await runOf(async (tier) => {
    seen.push(`${tier} ${Date.now() - startAt >= AT_MS - 1 ? 'in time' : 'early'}`);
    await sleep(50);
    seen.push('over');
  });
  expect(await endOf(run, startAt)).toBeNull();
  expect(seen).toEqual(['staging in time', 'over']);
});

test('a failover that fails is a fault of the target, not of the release', async () => {
  const run = await runOf(() => Promise.reject(new Error('the replica did not start')));
  expect(await endOf(run)).toEqual({
    reason: 'target-failed',
    detail: 'the cache did not fail over: the replica did not start',
  });
});

test('a load that is over loses nothing any more', async () => {
  let lost = 0;
  const ended = new AbortController();
  const loss = losePrimaryOnTime(
    await runOf(async () => {
      lost += 1;
    }),
    Date.now(),
    ended.signal,
  );
  ended.abort();
  expect(await loss.over(false)).toBeNull();
  await sleep(2 * AT_MS);
  expect([lost, loss.begun()]).toEqual([0, false]);
  // A load that ran to its end without a failover would be a good release's.
  expect(await loss.over(true)).toMatchObject({ reason: 'target-failed' });
});

test('a stage without a failover loses nothing, and may run anywhere', async () => {
  const run = await runOf(() => Promise.reject(new Error('nobody asked')), null);
  expect(await endOf(run)).toBeNull();
  expect(cannotFailOver({ ...run, target: { ...run.target, failover: null } })).toBeNull();
});

test('a target that cannot fail over cannot run the stage, and it says why', async () => {
  expect(cannotFailOver(await runOf(async () => undefined))).toBeNull();
  expect(cannotFailOver(await runOf(null))).toEqual({
    reason: 'target-failed',
    detail: 'nobody can make the cache of this twin fail over from here, and without that the stage shows nothing',
  });
});
