import { redeployProduction } from '../../../src/targets/aws/redeploy';
import type { StackOutcome } from '../../../src/targets/aws/stack-update';
import { DeployFailedError } from '../../../src/targets/target';
import { inWorlds, releaseOf, type World } from './production-world';

let world: World;
inWorlds(async (fresh) => {
  world = fresh;
  await fresh.codeDeploy.moveAlias('1');
});

/** CloudFormation publishes the package once more, as version 3 here, and moves the alias to it. */
async function redeploy(number: 1 | 2, outcome: StackOutcome = { state: 'complete' }, movesTo: '1' | '2' | '3' = '1') {
  let started = 0;
  const description = redeployProduction(world.context, releaseOf(number), async () => {
    started += 1;
    await world.codeDeploy.moveAlias(movesTo);
    return { stackId: 'stack', changed: true, done: Promise.resolve(outcome) };
  });
  return { description: await description.catch((error: unknown) => error), started: () => started };
}

describe("the stack's way after its alias", () => {
  test('leaves what serves as it is', async () => {
    const { description, started } = await redeploy(1);
    expect(description).toMatchObject({ servingDigest: releaseOf(1).packageDigest, identity: { version: '1' } });
    expect(started()).toBe(1);
  });

  test('is refused for a package that does not serve: that would be a promotion without a canary', async () => {
    const { description, started } = await redeploy(2);
    expect(description).toMatchObject({ problem: 'rejected', message: expect.stringContaining('Nothing was changed') });
    expect(started()).toBe(0);
  });

  test('is refused while CodeDeploy moves the alias', async () => {
    world.codeDeploy.shift('2', () => undefined);
    const { description, started } = await redeploy(1);
    expect(description).toMatchObject({ problem: 'rejected', message: expect.stringContaining('CodeDeploy is moving production') });
    expect(started()).toBe(0);
  });

  test('that CloudFormation takes back, or that ends with another package, says what serves', async () => {
    const back = await redeploy(1, { state: 'rolled-back', detail: 'Cache UPDATE_FAILED: no' });
    expect(back.description).toBeInstanceOf(DeployFailedError);
    expect(back.description).toMatchObject({ message: expect.stringMatching(/Cache UPDATE_FAILED: no\. Production serves version 1/) });
    const other = await redeploy(1, { state: 'complete' }, '2');
    expect(other.description).toMatchObject({ message: expect.stringMatching(/Production serves version 2.*roll back again/) });
  });
});
