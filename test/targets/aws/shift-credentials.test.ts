import { shifts } from '../../../src/targets/aws/shift';
import { startMoto } from '../../support/moto';
import { CANARY, releaseOf, startWorld } from './production-world';

test('credentials that expire in the middle of a shift are asked for again', async () => {
  const moto = await startMoto();
  let given = 0;
  const world = await startWorld(moto, async () => {
    given += 1;
    const expiration = new Date(Date.now() + (given === 1 ? 0 : 3_600_000));
    return { accessKeyId: `AKIASESSION${given}`, secretAccessKey: 'test', expiration };
  });
  try {
    const production = shifts(world);
    const shift = await production.beginShift('production', releaseOf(2), CANARY);
    world.replay.fault('codedeploy', { kind: 'expired', accessKeyId: 'AKIASESSION1' });
    expect(await production.stop(shift, 'roll-back')).toMatchObject({ identity: { version: '1' } });
    expect(given).toBeGreaterThan(1);
    expect(world.replay.problems()).toEqual([]);
  } finally {
    await world.close();
    await moto.close();
  }
});
