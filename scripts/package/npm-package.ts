import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleFiles, bundleFiles, json } from './bundle';

/** What a workflow of another repository pins Tidegate's actions to; null where it was not given. */
export interface Origin {
  readonly repository: string | null;
  readonly commit: string | null;
}

/** The bundle as an npm package: its manifest names the command, and the native packages that cannot be inside. */
export async function packageFiles(root: string, origin: Origin): Promise<BundleFiles> {
  const { version, description, license, engines, dependencies, optionalDependencies } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const manifest = {
    name: 'tidegate',
    version,
    description,
    license,
    type: 'commonjs',
    engines,
    bin: { tidegate: 'tidegate.mjs' },
    dependencies: { esbuild: dependencies.esbuild },
    optionalDependencies,
    tidegate: origin,
  };
  const files = new Map(await bundleFiles(root));
  files.set('package.json', json(manifest));
  for (const name of ['README.md', 'LICENSE']) files.set(name, await readFile(join(root, name)));
  return files;
}
