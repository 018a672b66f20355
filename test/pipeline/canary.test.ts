import type { StageEvidence } from '../../src/gates/evidence-schema';
import { resolveStage } from '../../src/gates/policy/resolve';
import { shiftProduction } from '../../src/pipeline/canary';
import { InterruptedError } from '../../src/pipeline/errors';
import { runStage } from '../../src/pipeline/run-stage';
import { buildStage, editSeries, GOOD, NOW, policyOf } from '../gates/builders';
import { fakeTarget, NEW, OLD, RELEASE } from './fake-target';

jest.mock('../../src/pipeline/run-stage');
const ran = jest.mocked(runStage);

const { policy } = policyOf();
const good = buildStage('canary', GOOD, { policy, profile: 'quick', start: NOW.getTime() });
const count = (stage: StageEvidence, metric: string, value: number) =>
  editSeries(stage, metric, (series) => ({ ...series, points: series.points.map(([at]) => [at, value]) }));
const failing = count(good, 'lambda.errors', 20);
const silent = editSeries(good, 'lambda.invocations', (series) => ({ ...series, points: [] }));

function canaryStage(onInconclusive: 'roll-back' | 'hold') {
  const resolved = resolveStage(policy, 'canary', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  return { ...resolved.value, onInconclusive };
}

const seen: StageEvidence[] = [];
beforeEach(() => void seen.splice(0));

function shift(
  target: ReturnType<typeof fakeTarget>,
  onInconclusive: 'roll-back' | 'hold' = 'roll-back',
  confirm: () => Promise<string | null> = async () => null,
) {
  return shiftProduction({
    target,
    policy,
    release: RELEASE,
    stage: canaryStage(onInconclusive),
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    k6: 'k6',
    root: '.',
    directory: '.',
    signal: new AbortController().signal,
    listener: () => undefined,
    onEvidence: async (evidence) => void seen.push(evidence),
    confirm,
  });
}

describe('a canary', () => {
  test('that passes gives the new version everything', async () => {
    ran.mockResolvedValue(good);
    const target = fakeTarget();
    expect(await shift(target)).toMatchObject({ state: 'promoted' });
    expect({ calls: target.calls, serving: target.serving() }).toEqual({ calls: ['begin 0.5', 'complete'], serving: NEW });
  });

  test('whose way back fails has left its evidence, and is not gone twice', async () => {
    ran.mockResolvedValue(failing);
    const target = fakeTarget();
    let stops = 0;
    const stuck = {
      ...target,
      stop: () => {
        stops += 1;
        return Promise.reject(new Error('split'));
      },
    };
    await expect(shift(stuck)).rejects.toThrow('split');
    expect({ seen: seen.length, stops }).toEqual({ seen: 1, stops: 1 });
  });

  test('that fails is rolled back by itself', async () => {
    ran.mockResolvedValue(failing);
    const target = fakeTarget();
    expect(await shift(target)).toMatchObject({ state: 'rolled-back', production: { servingDigest: OLD } });
    expect(target.calls).toEqual(['begin 0.5', 'roll-back']);
  });

  test('without a verdict is rolled back, or held where the policy says so', async () => {
    ran.mockResolvedValue(silent);
    const rolled = fakeTarget();
    expect(await shift(rolled)).toMatchObject({ state: 'rolled-back' });
    expect(rolled.serving()).toBe(OLD);
    const held = fakeTarget();
    expect(await shift(held, 'hold')).toMatchObject({ state: 'held' });
    expect(held.calls).toEqual(['begin 0.5']);
  });

  test('that passes is still rolled back when it may not be confirmed, or that cannot be written down', async () => {
    ran.mockResolvedValue(good);
    const refused = fakeTarget();
    expect(await shift(refused, 'roll-back', async () => 'hold-in-force')).toMatchObject({ state: 'rolled-back', reason: 'hold-in-force' });
    const broken = fakeTarget();
    await expect(shift(broken, 'roll-back', () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect([refused.serving(), broken.serving()]).toEqual([OLD, OLD]);
  });

  test('that the platform has taken back is not completed, whatever the gates say', async () => {
    ran.mockResolvedValue(good);
    const target = fakeTarget('rolled-back');
    expect(await shift(target)).toMatchObject({ state: 'rolled-back' });
    expect(target.serving()).toBe(OLD);
  });

  test('that is interrupted leaves production where it was', async () => {
    ran.mockRejectedValue(new InterruptedError('stopped'));
    const target = fakeTarget();
    await expect(shift(target)).rejects.toThrow(InterruptedError);
    expect({ calls: target.calls, serving: target.serving() }).toEqual({ calls: ['begin 0.5', 'roll-back'], serving: OLD });
  });

  test('whose alias does not move is a fault, not a promotion', async () => {
    ran.mockResolvedValue(good);
    const target = fakeTarget();
    const stuck = { ...target, stop: () => target.describe('production') };
    await expect(shift(stuck)).rejects.toThrow(`production serves ${OLD} although ${NEW} was asked for`);
  });
});
