import type { Config } from 'jest';

/** Tests that start real programs. Two cores carry one such test at a time; side by side they would starve each other. */
const REAL_PROGRAMS = ['cache/**/*', 'cli/{build,load,publish-state,usage}*', 'evidence/k6/**/*', 'k6/**/*', 'setup/**/*', 'twin/**/*'];

/** Whole runs wait most of their time, for periods to pass and metrics to settle: two cores carry two of them. */
const WHOLE_RUNS = ['acceptance/**/*'];

const testsIn = (places: readonly string[]): string[] => places.map((place) => `**/test/${place}.test.ts`);

const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/releases/'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
} satisfies Config;

/** Where a caller wants the counts of passed and failed tests. */
const countsPath = process.env['TIDEGATE_TEST_COUNTS'];
const countReporter: [string, Record<string, unknown>] = ['<rootDir>/scripts/jest/count-reporter.cjs', { path: countsPath }];

const config: Config = {
  reporters: countsPath === undefined ? ['default'] : ['default', countReporter],
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: [...testsIn(['**/*']), ...testsIn([...REAL_PROGRAMS, ...WHOLE_RUNS]).map((place) => `!${place}`)],
    },
    {
      ...shared,
      displayName: 'real',
      testMatch: testsIn(REAL_PROGRAMS),
      runner: '<rootDir>/scripts/jest/serial-runner.cjs',
    },
    {
      ...shared,
      displayName: 'whole runs',
      testMatch: testsIn(WHOLE_RUNS),
      runner: '<rootDir>/scripts/jest/pair-runner.cjs',
    },
  ],
};

export default config;
