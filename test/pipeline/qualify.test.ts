import { AwsError } from '../../src/aws/failure';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { measured } from '../../src/gates/measure/measured';
import type { Policy } from '../../src/gates/policy/policy';
import { resolveStage } from '../../src/gates/policy/resolve';
import type { ProgressEvent } from '../../src/pipeline/events';
import { qualify } from '../../src/pipeline/qualify';
import { runStage } from '../../src/pipeline/run-stage';
import { DeployFailedError } from '../../src/targets/target';
import { buildEvidence, policyOf, policyText } from '../gates/builders';
import { swap } from '../gates/helpers';
import { fakeTarget } from './fake-target';

jest.mock('../../src/pipeline/run-stage');
const ran = jest.mocked(runStage);

const { policy } = policyOf();
const healthy = buildEvidence();
const starved = buildEvidence({ all: { load: { cpuPressure: 99 } } });
const leaking = buildEvidence({ all: { leakPerSecond: 60 } });

type Comparing = Parameters<typeof qualify>[0]['compared'];

let deployment = () => fakeTarget().describe('staging');

/** Runs the three stages of the shipped policy; each call of the stage runner takes the next evidence that was prepared. */
async function run(...runs: readonly (typeof healthy)[]) {
  return compared(undefined, policy, ...runs);
}

async function compared(baseline: Comparing, under: Policy, ...runs: readonly (typeof healthy)[]) {
  const queue = [...runs];
  ran.mockImplementation(async ({ stage, attempt }) => {
    const from = queue.length > 1 ? queue.shift() : queue[0];
    const evidence = from?.stages.find(({ name }) => name === stage.name) as StageEvidence;
    return { ...evidence, attempt };
  });
  const events: ProgressEvent[] = [];
  const deploy = jest.fn(deployment);
  const stages = (['smoke', 'soak', 'spike'] as const).map((name) => {
    const resolved = resolveStage(under, name, 'quick');
    if (!resolved.ok) throw new Error(resolved.problem);
    return resolved.value;
  });
  const { stages: evidence, fault } = await qualify({
    target: fakeTarget(),
    tier: 'staging',
    policy: under,
    stages,
    compared: baseline,
    deploy,
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    k6: 'k6',
    root: '.',
    directory: '.',
    signal: new AbortController().signal,
    listener: (event) => events.push(event),
  });
  return { order: evidence.map(({ name, attempt }) => `${name} ${attempt}`), deployments: deploy.mock.calls.length, events, fault };
}

describe('qualification', () => {
  test('runs every stage of a good release once, on one deployment', async () => {
    expect(await run(healthy)).toMatchObject({ order: ['smoke 1', 'soak 1', 'spike 1'], deployments: 1 });
  });

  test('stops after the first failed stage and never tries it again', async () => {
    const { order, deployments } = await run(healthy, leaking, healthy);
    expect({ order, deployments }).toEqual({ order: ['smoke 1', 'soak 1'], deployments: 1 });
  });

  test('tries a stage whose load was spoiled once more, on a fresh deployment, and keeps both', async () => {
    const { order, deployments, events } = await run(healthy, starved, healthy);
    expect({ order, deployments }).toEqual({ order: ['smoke 1', 'soak 1', 'soak 2', 'spike 1'], deployments: 2 });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'warning' }));
  });

  test('says that the release could not be deployed, and throws what is no outcome', async () => {
    const good = deployment;
    try {
      deployment = () => Promise.reject(new DeployFailedError('the stack rolled back'));
      expect(await run(healthy)).toMatchObject({ order: [], fault: { reason: 'deploy-failed', detail: 'the stack rolled back' } });
      deployment = () => Promise.reject(new AwsError('credentials', 'expired'));
      expect(await run(healthy)).toMatchObject({ order: [], fault: { reason: 'deploy-failed', detail: 'expired' } });
      deployment = () => Promise.reject(new TypeError('a bug'));
      await expect(run(healthy)).rejects.toThrow('a bug');
    } finally {
      deployment = good;
    }
  });

  test('goes on after a stage that only compares, when there is something to compare with', async () => {
    const line = '      - { id: redis-connection-leak,';
    const gate = '      - { id: slower, judge: baseline, of: client.p95, maxIncrease: 10%, maxIncreaseAbsolute: 1ms }';
    const { policy: comparing } = policyOf(swap(line, `${gate}\n${line}`)(policyText()));
    expect(await compared(undefined, comparing, healthy)).toMatchObject({ order: ['smoke 1', 'soak 1'] });
    const same: Comparing = (stage) => measured(stage);
    expect(await compared(same, comparing, healthy)).toMatchObject({ order: ['smoke 1', 'soak 1', 'spike 1'] });
  });

  test('gives up when the second load is spoiled too', async () => {
    expect(await run(healthy, starved, starved)).toMatchObject({ order: ['smoke 1', 'soak 1', 'soak 2'], deployments: 2 });
  });
});
