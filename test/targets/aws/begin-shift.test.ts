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

describe('a shift does not begin', () => {
  const refused = async (why: RegExp): Promise<void> => {
    await expect(begin()).rejects.toThrow(why);
    expect(world.stack.ways.status).toBe('UPDATE_COMPLETE');
    expect(world.codeDeploy.deployments.size).toBe(0);
  };

  test('is taken back when CodeDeploy would go on before a verdict can be there', async () => {
    const refused = production.beginShift('production', releaseOf(2), { ...CANARY, watchMs: 11 * 60_000 });
    await expect(refused).rejects.toThrow(/go on after 10 minutes.*may need 11.*Build it again\. Production now: version 1 serves all/);
    expect(await serving()).toBe('1');
  });

  test('is taken back when it gets another share than the policy says', async () => {
    const refused = production.beginShift('production', releaseOf(2), { ...CANARY, weight: 0.5 });
    await expect(refused).rejects.toThrow(/gives the new version 10 %.*the policy says 50 %/);
    expect(await serving()).toBe('1');
  });

  test('in staging', async () => {
    await expect(production.beginShift('staging', releaseOf(2), CANARY)).rejects.toThrow(/Only production/);
  });

  test('without an assembly', async () => {
    await expect(production.beginShift('production', { ...releaseOf(2), assembly: null }, CANARY)).rejects.toThrow(/no cloud assembly/);
  });

  test('from a split alias', async () => {
    await world.codeDeploy.moveAlias('1', { version: '2', weight: 0.5 });
    await refused(/split.*update-alias --region eu-west-1 --function-name check-in-staging --name live --function-version 1/);
  });

  test('when the stack still says another version than production serves', async () => {
    world.stack.ways.version = '2';
    await refused(/serves version 1, but its stack CheckInProduction still says version 2/);
  });

  test('unless the watch alarm becomes OK', async () => {
    world.alarm.sees = false;
    await refused(
      /check-in-production-watched did not become OK within 10 minutes.*Tidegate\/CanaryWatched, FunctionName=check-in-staging/,
    );
  });

  test('while the stack is being changed', async () => {
    world.stack.ways.status = 'UPDATE_IN_PROGRESS';
    await expect(begin()).rejects.toThrow(/UPDATE_IN_PROGRESS/);
  });
});

describe('a shift that goes wrong while it begins', () => {
  const watchedNoLonger = async (): Promise<void> => {
    const published = world.asked('PutMetricData');
    await world.clock.sleep(5 * 60_000);
    expect(world.asked('PutMetricData')).toBe(published);
  };

  test('because the update cannot even be started is watched no longer', async () => {
    const { context } = world;
    const refusing = shifts({ context, startUpdate: () => Promise.reject(new Error('no bucket')) });
    await expect(refusing.beginShift('production', releaseOf(2), CANARY)).rejects.toThrow('no bucket');
    await watchedNoLonger();
  });

  test('because nobody can know any more that it is watched is taken back', async () => {
    world.codeDeploy.ways.shiftsAfterMs = 600_000;
    world.alarm.heeded = false;
    world.clock.after(1_000, () =>
      world.replay.script('cloudwatch', 'PutMetricData', [{ error: { name: 'AccessDenied', message: 'no' } }]),
    );
    await expect(begin()).rejects.toThrow(/Nothing may shift unwatched.*Production now: version 1/);
    expect(world.asked('StopDeployment')).toBeGreaterThanOrEqual(1);
  });

  test('because its configuration is no canary is taken back', async () => {
    Object.assign(world.codeDeploy.ways, { shiftsAfterMs: 0, bakeMinutes: 0 });
    await expect(begin()).rejects.toThrow(/moved all requests at once \(d-000000001\).*no canary.*Production now: version 1/);
  });

  test('because the stack fails first says why', async () => {
    world.stack.ways.update = 'fails-before';
    await expect(begin()).rejects.toThrow(/nothing was shifted.*Cache.*Production now: version 1 serves all requests/);
    await watchedNoLonger();
  });

  test('because an alarm is raised already names it, and waits until the stack is back', async () => {
    world.codeDeploy.ways.shiftsAfterMs = 600_000;
    world.clock.after(30_000, () => world.codeDeploy.raise('check-in-production-5xx'));
    await expect(begin()).rejects.toThrow(/before it began \(d-000000001\).*check-in-production-5xx.*Production now: version 1/);
    expect(world.stack.ways.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('because of another package in the new version is taken back', async () => {
    await expect(production.beginShift('production', releaseOf(3), CANARY)).rejects.toThrow(/holds the package.*Production now: version 1/);
    expect(world.asked('StopDeployment')).toBe(1);
    expect(await serving()).toBe('1');
  });

  test.each([
    ['before there is a deployment', 10_000, 'CancelUpdateStack'],
    ['while one is about to shift', 40_000, 'StopDeployment'],
  ])('because it is interrupted %s leaves nothing half-way', async (_when, afterMs, by) => {
    world.codeDeploy.ways.shiftsAfterMs = 60_000;
    const interrupt = new AbortController();
    world.clock.after(afterMs, () => interrupt.abort());
    const interrupted = shifts({ ...world, signal: interrupt.signal });
    await expect(interrupted.beginShift('production', releaseOf(2), CANARY)).rejects.toThrow(/abort/i);
    expect(world.asked(by)).toBeGreaterThanOrEqual(1);
    expect(world.stack.ways.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await serving()).toBe('1');
    expect(world.said).toContain('Production now: version 1 serves all requests.');
  });
});
