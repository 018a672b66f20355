import { join } from 'node:path';
import { buildRelease } from '../../src/pipeline/build';
import { keepPackage, newEntry } from '../../src/pipeline/production';
import { openWorkspace } from '../../src/pipeline/workspace';

const ENVIRONMENT = { CACHE_PRIMARY_URL: '{cache.primary}', CACHE_READER_URL: '{cache.reader}' };

/** Leaves in a state directory what two promotions leave: both packages, and who served when. */
export async function seedTwoPromotions(root: string, stateDirectory: string): Promise<void> {
  const workspace = await openWorkspace(stateDirectory);
  try {
    const directory = join(workspace.directory, 'packages');
    const build = (entry: string) => buildRelease({ root, entry, environment: ENVIRONMENT, directory });
    const [first, second] = [await build('test/releases/good/shared.ts'), await build('test/releases/good/pool-plain.ts')];
    for (const [release, from] of [
      [first, null],
      [second, first.digest],
    ] as const) {
      await keepPackage(workspace, release);
      await workspace.ledger.append(newEntry('twin', release, { kind: 'promotion', from }));
    }
  } finally {
    await workspace.close();
  }
}
