import { AwsError } from '../../src/aws/failure';
import { resolveStage } from '../../src/gates/policy/resolve';
import { brokenTier, type StageRun } from '../../src/pipeline/stage-run';
import type { Target, TierDescription } from '../../src/targets/target';
import { policyOf } from '../gates/builders';
import { fakeTarget } from './fake-target';

function soak(): StageRun['stage'] {
  const resolved = resolveStage(policyOf().policy, 'soak', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  return resolved.value;
}

/** What is wrong with a tier that was deployed as the fake describes it, and is described by `now` after its stage. */
async function broken(now: (before: TierDescription) => Partial<TierDescription>, more: Partial<Target> = {}, primaryLost = false) {
  const target = fakeTarget();
  const description = await target.describe('staging');
  const run: StageRun = {
    target: { ...target, describe: async () => ({ ...description, ...now(description) }), ...more },
    tier: 'staging',
    description,
    stage: soak(),
    primaryLost,
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    attempt: 1,
    quietSince: 0,
    k6: '',
    root: '.',
    directory: '.',
    signal: new AbortController().signal,
    listener: () => undefined,
  };
  return brokenTier(run);
}

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

const failedOver = ({ identity }: TierDescription): Partial<TierDescription> => ({
  identity: { ...identity, nodes: identity.nodes.map((node) => ({ ...node, role: node.role === 'primary' ? 'replica' : 'primary' })) },
});

describe('a tier after its stage', () => {
  test('that is as it was is not broken', async () => {
    expect(await broken(() => ({}))).toBeNull();
  });

  test.each<[string, (before: TierDescription) => Partial<TierDescription>]>([
    ['another package', () => ({ servingDigest: digest('9') })],
    ['another assembly', () => ({ assemblyDigest: digest('9') })],
    ['another version of the same package', ({ identity }) => ({ identity: { ...identity, version: '99' } })],
  ])('to which somebody deployed %s proves nothing about the release', async (_what, now) => {
    expect(await broken(now)).toMatchObject({
      reason: 'target-failed',
      detail: expect.stringContaining('was changed while it was measured'),
    });
  });

  test.each<[string, (before: TierDescription) => Partial<TierDescription>]>([
    ['failed over', failedOver],
    ['lost a node', ({ identity }) => ({ identity: { ...identity, nodes: identity.nodes.slice(1) } })],
  ])('whose cache %s is not the release that failed', async (_what, now) => {
    expect(await broken(now)).toMatchObject({ reason: 'node-set-changed' });
  });

  test('that cannot be described, or is not healthy, is broken', async () => {
    const silent = { describe: () => Promise.reject(new AwsError('transient', 'no answer')) };
    expect(await broken(() => ({}), silent)).toEqual({ reason: 'target-failed', detail: 'no answer' });
    const ill = { health: async () => ({ ok: false, detail: 'the stack rolls back' }) as const };
    expect(await broken(() => ({}), ill)).toEqual({ reason: 'target-failed', detail: 'the stack rolls back' });
  });

  test('that lost its primary as planned must have the same nodes with another primary', async () => {
    const failedOverTo = (now: (before: TierDescription) => Partial<TierDescription>) => broken(now, {}, true);
    expect(await failedOverTo(failedOver)).toBeNull();
    expect(await failedOverTo(() => ({}))).toMatchObject({
      reason: 'node-set-changed',
      detail: expect.stringContaining('the failover was to'),
    });
    const third = await failedOverTo(({ identity }) => ({
      identity: {
        ...identity,
        nodes: identity.nodes.map((node) =>
          node.role === 'replica' ? { ...node, role: 'primary' } : { ...node, cacheClusterId: 'cache-003' },
        ),
      },
    }));
    expect(third).toMatchObject({ reason: 'node-set-changed', detail: expect.stringContaining('cache-003') });
    const two = await failedOverTo(({ identity }) => ({
      identity: { ...identity, nodes: identity.nodes.map((node) => ({ ...node, role: 'primary' })) },
    }));
    expect(two).toMatchObject({ reason: 'node-set-changed' });
  });
});
