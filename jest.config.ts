import type { Config } from 'jest';

/** Folders whose tests start real programs. Two cores carry one such test at a time; side by side they would starve each other. */
const REAL_PROGRAMS = ['cache', 'cli', 'evidence/k6', 'k6', 'setup', 'twin'];

/** Whole runs wait most of their time, for periods to pass and metrics to settle: two cores carry two of them. */
const WHOLE_RUNS = 'acceptance';

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
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: [
        ...shared.testPathIgnorePatterns,
        ...[...REAL_PROGRAMS, WHOLE_RUNS].map((folder) => `<rootDir>/test/${folder}/`),
      ],
    },
    {
      ...shared,
      displayName: 'real',
      testMatch: REAL_PROGRAMS.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
      runner: '<rootDir>/scripts/jest/serial-runner.cjs',
    },
    {
      ...shared,
      displayName: 'whole runs',
      testMatch: [`<rootDir>/test/${WHOLE_RUNS}/**/*.test.ts`],
      runner: '<rootDir>/scripts/jest/pair-runner.cjs',
    },
  ],
};

export default config;
