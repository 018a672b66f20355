import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BuildOptions, BuildResult } from 'esbuild';
import { ConfigurationError } from '../../src/pipeline/errors';

/**
 * Stands for esbuild in the bundle: it is a native program and cannot be inside. Looked for when something is built and not
 * before, so that what only judges needs none: beside the bundle first, then in the project that is delivered.
 */
type Esbuild = Pick<typeof import('esbuild'), 'build'>;

let found: Esbuild | null = null;

/** @throws ConfigurationError when there is no esbuild */
export async function build(options: BuildOptions): Promise<BuildResult> {
  found ??= load();
  return found.build(options);
}

function load(): Esbuild {
  for (const from of [__filename, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)('esbuild');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    }
  }
  throw new ConfigurationError('esbuild is not installed in this project: npm install --save-dev esbuild');
}
