import type { BuildOptions } from 'esbuild';

/** The esbuild options of every Lambda package, on the twin and in the CDK function alike. */
export const LAMBDA_BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  keepNames: true,
  legalComments: 'none',
} as const satisfies BuildOptions;
