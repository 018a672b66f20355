import { restoreProduction } from '../../../src/targets/aws/restore';
import { shifts } from '../../../src/targets/aws/shift';
import { servingVersion } from '../../../src/targets/aws/versions';
import type { Target } from '../../../src/targets/target';
import { ALIAS, FUNCTION } from './account';
import { CANARY, inWorlds, releaseOf, type World } from './production-world';

let world: World;
let production: Pick<Target, 'beginShift' | 'observe' | 'stop' | 'close'>;
inWorlds(
  (fresh) => {
    world = fresh;
    production = shifts(fresh);
  },
  () => production.close(),
);

const begin = () => production.beginShift('production', releaseOf(2), CANARY);
const serving = async (): Promise<string> => {
  const { version, routing } = await servingVersion(world.context.clients, FUNCTION, ALIAS);
  return routing === null ? version : `${version} and ${routing.version} at ${routing.weight}`;
};

describe('a shift', () => {
  test('begins with the share that CodeDeploy gives, while the canary is watched', async () => {
    world.codeDeploy.ways.weight = 0.25;
    const shift = await production.beginShift('production', releaseOf(2), { ...CANARY, weight: 0.25 });
    expect(shift).toMatchObject({
      id: 'd-000000001',
      weight: 0.25,
      from: { version: '1', digest: releaseOf(1).packageDigest },
      to: { version: '2', digest: releaseOf(2).packageDigest },
      description: { servingDigest: releaseOf(2).packageDigest, identity: { version: '2', previousVersion: '1' } },
    });
    expect(shift.description.deployedAt.getTime()).toBe(world.clock.now());
    expect(await serving()).toBe('1 and 2 at 0.25');
    expect(await production.observe(shift)).toEqual({ state: 'in-progress', detail: '25 % on version 2 (d-000000001)' });
    await world.clock.sleep(5 * 60_000);
    expect(world.asked('PutMetricData')).toBeGreaterThanOrEqual(10);
    expect(await production.observe(shift)).toMatchObject({ state: 'in-progress' });
  });

  test('that passed is complete when CodeDeploy and the stack are', async () => {
    world.codeDeploy.ways.bakeMinutes = 30;
    const shift = await begin();
    const done = await production.stop(shift, 'complete');
    expect(done).toMatchObject({ servingDigest: releaseOf(2).packageDigest, identity: { version: '2', previousVersion: null } });
    expect(world.stack.ways.status).toBe('UPDATE_COMPLETE');
    expect(world.clock.now() - shift.description.deployedAt.getTime()).toBeGreaterThanOrEqual(29 * 60_000);
    expect(await production.observe(shift)).toEqual({ state: 'completed', detail: 'version 2 serves all requests' });
  });

  test('that failed is taken back by CodeDeploy, and again without harm', async () => {
    const shift = await begin();
    const back = await production.stop(shift, 'roll-back');
    expect(back).toMatchObject({ servingDigest: releaseOf(1).packageDigest, identity: { version: '1' } });
    expect(world.replay.requests.find(({ operation }) => operation === 'StopDeployment')?.input).toEqual({
      deploymentId: 'd-000000001',
      autoRollbackEnabled: true,
    });
    expect(world.stack.ways.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await production.stop(shift, 'roll-back')).toMatchObject({ identity: { version: '1' } });
    expect(world.asked('CreateDeployment')).toBe(0);
  });

  test('ends its watch with it', async () => {
    await production.stop(await begin(), 'roll-back');
    const published = world.asked('PutMetricData');
    await world.clock.sleep(10 * 60_000);
    expect(world.asked('PutMetricData')).toBe(published);
  });

  test('is taken back by an alarm in the middle, which is named', async () => {
    const shift = await begin();
    world.codeDeploy.raise('check-in-production-errors');
    expect(await production.observe(shift)).toMatchObject({ state: 'failed', detail: expect.stringContaining('version 2 10 %') });
    await world.clock.sleep(30_000);
    expect(await production.observe(shift)).toEqual({
      state: 'rolled-back',
      detail: expect.stringMatching(/ALARM_ACTIVE.*<check-in-production-errors>.*\(d-000000001\); version 1 serves all requests/),
    });
    expect(await production.stop(shift, 'roll-back')).toMatchObject({ identity: { version: '1' } });
  });

  test('does not count as complete when an alarm took it back', async () => {
    const shift = await begin();
    world.clock.after(60_000, () => world.codeDeploy.raise('check-in-production-errors'));
    const refused = production.stop(shift, 'complete');
    await expect(refused).rejects.toThrow(/took the canary back.*check-in-production-errors.*Production now: version/);
    expect(await production.stop(shift, 'roll-back')).toMatchObject({ identity: { version: '1' } });
  });

  test('is rolled back by a deployment of its own when CodeDeploy has completed it before', async () => {
    const shift = await begin();
    await world.clock.sleep(11 * 60_000);
    expect(await serving()).toBe('2');
    expect(await production.stop(shift, 'roll-back')).toMatchObject({ identity: { version: '1' } });
    expect(world.asked('CreateDeployment')).toBe(1);
  });

  test("leaves production where an operator's rollback put it in the meantime", async () => {
    const shift = await begin();
    await restoreProduction(world.context, { packageDigest: releaseOf(3).packageDigest, version: null });
    expect(await serving()).toBe('3');
    await expect(production.stop(shift, 'roll-back')).rejects.toThrow(/Somebody else moved production.*version 3 serves all requests/);
    expect(await serving()).toBe('3');
  });

  test('does not count as complete when the stack is taken back after CodeDeploy has succeeded', async () => {
    world.stack.ways.update = 'fails-after';
    const shift = await begin();
    await expect(production.stop(shift, 'complete')).rejects.toThrow(
      /stack's update did not hold.*Dashboard.*Production now: version 1 serves all requests/,
    );
  });

  test('bears that CodeDeploy throttles', async () => {
    world.replay.fault('codedeploy', { kind: 'throttle', times: 1, operation: 'GetDeployment' });
    const shift = await begin();
    expect(await production.observe(shift)).toMatchObject({ state: 'in-progress' });
    expect(world.asked('GetDeployment')).toBeGreaterThan(1);
  });

  test("is not mistaken for CodeDeploy's rollback of an earlier one", async () => {
    world.clock.after(10_000, () => void world.codeDeploy.create({ creator: 'codeDeployRollback', status: 'Succeeded' }));
    expect(await begin()).toMatchObject({ id: 'd-000000002' });
  });

  test('of another process is not this one', async () => {
    const shift = await begin();
    await expect(shifts(world).observe(shift)).rejects.toThrow(/not begun by this process/);
  });
});

describe('a shift that nobody watches', () => {
  test('fails in our eyes as soon as publishing has failed for longer than the alarm bears, and CodeDeploy takes it back', async () => {
    const shift = await begin();
    world.replay.script('cloudwatch', 'PutMetricData', [{ error: { name: 'AccessDenied', message: 'not authorized' } }]);
    world.alarm.heeded = false;
    await world.clock.sleep(140_000);
    expect(await production.observe(shift)).toMatchObject({ state: 'in-progress' });
    await world.clock.sleep(60_000);
    expect(await production.observe(shift)).toEqual({
      state: 'failed',
      detail: expect.stringMatching(/could publish nothing for \d+ s.*check-in-production-watched.*not authorized/),
    });
    world.alarm.heeded = true;
    await world.clock.sleep(10_000);
    await world.clock.sleep(10_000);
    expect(await production.observe(shift)).toMatchObject({
      state: 'rolled-back',
      detail: expect.stringContaining('<check-in-production-watched>'),
    });
    await expect(production.stop(shift, 'complete')).rejects.toThrow(/check-in-production-watched.*not authorized/);
  });

  test('because its process died is taken back by CodeDeploy, and then another one may begin', async () => {
    const shift = await begin();
    await production.close();
    const other = shifts(world);
    await expect(other.beginShift('production', releaseOf(2), CANARY)).rejects.toThrow(
      /d-000000001 is moving production.*aws deploy stop-deployment --region eu-west-1 --deployment-id d-000000001 --auto-rollback-enabled/,
    );
    await world.clock.sleep(5 * 60_000);
    await world.clock.sleep(60_000);
    expect(await serving()).toBe('1');
    expect(world.codeDeploy.deployments.get(shift.id)?.errorInformation?.message).toContain('check-in-production-watched');
    const again = await other.beginShift('production', releaseOf(2), CANARY);
    expect(again.id).not.toBe(shift.id);
    await other.stop(again, 'roll-back');
  });
});

describe('a release that moves no version', () => {
  beforeEach(() => {
    world.stack.ways.update = 'moves-nothing';
  });
  const same = () => production.beginShift('production', releaseOf(1), CANARY);

  test('is judged with all requests, and complete', async () => {
    const shift = await same();
    expect(shift).toMatchObject({ weight: 1, from: { version: '1' }, to: { version: '1' } });
    expect(await production.observe(shift)).toMatchObject({ state: 'completed' });
    expect(await production.stop(shift, 'complete')).toMatchObject({ identity: { version: '1' } });
  });

  test('cannot be taken back by its traffic, and says so', async () => {
    await expect(production.stop(await same(), 'roll-back')).rejects.toThrow(/only infrastructure.*version 1 with the new infrastructure/);
  });
});
