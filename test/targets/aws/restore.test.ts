import { PublishVersionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { restoreProduction } from '../../../src/targets/aws/restore';
import { shifts } from '../../../src/targets/aws/shift';
import { servingVersion } from '../../../src/targets/aws/versions';
import { ALIAS, FUNCTION } from './account';
import { CANARY, inWorlds, packageOf, releaseOf, type World } from './production-world';

let world: World;
inWorlds(async (fresh) => {
  world = fresh;
  await fresh.codeDeploy.moveAlias('2');
});

const restore = (number: 1 | 2 | 3, version: string | null = null) =>
  restoreProduction(world.context, { packageDigest: releaseOf(number).packageDigest, version });
const serving = () => servingVersion(world.context.clients, FUNCTION, ALIAS);
const BY_HAND =
  /`aws lambda update-alias --region eu-west-1 --function-name check-in-staging --name live --function-version 1 --routing-config 'AdditionalVersionWeights=\{\}'`/;

describe('restoring production', () => {
  test('moves all requests within seconds, whatever the alarms say', async () => {
    const began = world.clock.now();
    const description = await restore(1);
    expect(description).toMatchObject({ servingDigest: releaseOf(1).packageDigest, identity: { version: '1', previousVersion: null } });
    expect(world.clock.now() - began).toBeLessThanOrEqual(10_000);
    expect(await serving()).toMatchObject({ version: '1', routing: null });
    const made = world.replay.requests.find(({ operation }) => operation === 'CreateDeployment');
    expect(made?.input).toMatchObject({
      applicationName: 'check-in-production',
      deploymentGroupName: 'check-in-production',
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      overrideAlarmConfiguration: { enabled: false },
      autoRollbackConfiguration: { enabled: false },
      description: expect.stringMatching(/^Tidegate: rollback to sha256:[0-9a-f]{12}$/),
    });
  });

  test('goes to the version on record, although a newer one holds the same package', async () => {
    const { lambda } = world.context.clients;
    const first = await servingVersion(world.context.clients, FUNCTION, ALIAS);
    expect(first.version).toBe('2');
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: FUNCTION, ZipFile: packageOf(1) }));
    const { Version: newer } = await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
    expect(newer).toBe('4');
    expect(await restore(1, '1')).toMatchObject({ identity: { version: '1' } });
    expect((await restore(1)).identity.version).toBe('4');
  });

  test('does nothing where the package serves already', async () => {
    expect(await restore(2)).toMatchObject({ identity: { version: '2' } });
    expect(world.asked('CreateDeployment')).toBe(0);
  });

  test('works although the stack is stuck', async () => {
    world.stack.ways.status = 'UPDATE_ROLLBACK_FAILED';
    expect(await restore(1)).toMatchObject({ identity: { version: '1' } });
  });

  test('first stops the canary of a run that died', async () => {
    await world.codeDeploy.moveAlias('1');
    const died = shifts(world);
    const shift = await died.beginShift('production', releaseOf(2), CANARY);
    await died.close();
    expect(await restore(1)).toMatchObject({ identity: { version: '1' } });
    expect(world.replay.requests.find(({ operation }) => operation === 'StopDeployment')?.input).toEqual({
      deploymentId: shift.id,
      autoRollbackEnabled: true,
    });
    expect(world.asked('CreateDeployment')).toBe(0);
    expect(world.stack.ways.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test("waits for CodeDeploy's own rollback instead of stopping it", async () => {
    await world.codeDeploy.moveAlias('1');
    await world.startUpdate();
    await world.clock.sleep(30_000);
    world.codeDeploy.raise('check-in-production-errors');
    expect(await restore(1)).toMatchObject({ identity: { version: '1' } });
    expect(world.asked('StopDeployment')).toBe(0);
  });

  test('stays although CloudFormation takes an update back, which puts the alias on its own version', async () => {
    await world.codeDeploy.moveAlias('1');
    await world.startUpdate();
    await world.clock.sleep(30_000);
    expect(await serving()).toMatchObject({ routing: { version: '2' } });
    const began = world.clock.now();
    expect(await restore(3)).toMatchObject({ identity: { version: '3' } });
    expect(await serving()).toMatchObject({ version: '3', routing: null });
    expect(world.asked('CreateDeployment')).toBe(2);
    expect(world.clock.now() - began).toBeLessThan(120_000);
  });

  test('cancels an update that has not come to the alias', async () => {
    await world.startUpdate();
    expect(await restore(1)).toMatchObject({ identity: { version: '1' } });
    expect(world.asked('CancelUpdateStack')).toBe(1);
    expect(world.codeDeploy.deployments.size).toBe(1);
  });
});

describe('what cannot be restored is told with what to do', () => {
  test('a version that is gone', async () => {
    const gone = { version: null, packageDigest: `sha256:${'0'.repeat(64)}` };
    await expect(restoreProduction(world.context, gone)).rejects.toThrow(/No version of check-in-staging holds the package sha256:0000/);
  });

  test('a version on record that holds another package by now, or is gone', async () => {
    await expect(restore(1, '3')).rejects.toThrow(/Version 3 of check-in-staging holds the package .* any more/);
    await expect(restore(1, '99')).rejects.toThrow(/Version 99 of check-in-staging/);
    expect(world.asked('CreateDeployment')).toBe(0);
  });

  test('a split alias that no deployment holds', async () => {
    await world.codeDeploy.moveAlias('2', { version: '3', weight: 0.5 });
    const refused = restore(1);
    await expect(refused).rejects.toThrow(/split although no deployment is in progress \(version 2 serves 50 %/);
    await expect(refused).rejects.toThrow(BY_HAND);
    expect(await serving()).toMatchObject({ version: '2', routing: { version: '3' } });
  });

  test('CodeDeploy refuses', async () => {
    world.replay.script('codedeploy', 'CreateDeployment', [{ error: { name: 'AccessDeniedException', message: 'not authorized' } }]);
    const refused = restore(1);
    await expect(refused).rejects.toMatchObject({ problem: 'forbidden' });
    await expect(refused).rejects.toThrow(/not authorized.*Production now: version 2 serves all requests/);
    await expect(refused).rejects.toThrow(BY_HAND);
  });

  test('CodeDeploy does not even list its deployments', async () => {
    world.replay.script('codedeploy', 'ListDeployments', [{ error: { name: 'AccessDeniedException', message: 'not authorized' } }]);
    await expect(restore(1)).rejects.toThrow(BY_HAND);
  });

  test("CodeDeploy's deployment fails", async () => {
    world.clock.after(1_000, () => world.codeDeploy.moveAlias('3'));
    const refused = restore(1);
    await expect(refused).rejects.toThrow(/INVALID_LAMBDA_CONFIGURATION.*Production now: version 3 serves all requests/);
    await expect(refused).rejects.toThrow(BY_HAND);
  });
});
