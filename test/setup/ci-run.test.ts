import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(__dirname, '..', '..');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidegate-ci-'));
  mkdirSync(join(root, '.ci'));
  cpSync(join(REPOSITORY, '.ci', 'run'), join(root, '.ci', 'run'));
  cpSync(join(REPOSITORY, 'README.md'), join(root, 'README.md'));
  mkdirSync(join(root, 'scripts'));
  writeFileSync(join(root, 'scripts', 'run.mjs'), `console.log('called: ' + process.argv.slice(2).join(' '));\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const counts = (passed: number, failed: number, skipped = 0): string =>
  `echo '${JSON.stringify({ passed, failed, skipped })}' > "$TIDEGATE_TEST_COUNTS"`;

test.each([
  ['all is well', counts(812, 0), 'true', '814 passed, 0 failed', 0],
  ['tests fail', `${counts(810, 2)}; exit 1`, 'true', '812 passed, 2 failed', 1],
  ['a check fails', counts(812, 0), 'exit 2', '813 passed, 1 failed', 1],
  ['a test was skipped', counts(811, 0, 1), 'true', '813 passed, 1 failed', 1],
  ['the tests never came to count', 'exit 64', 'true', '2 passed, 1 failed', 1],
  ['the tests counted nothing', counts(0, 0), 'true', '2 passed, 1 failed', 1],
  ['the tests ended badly though none failed', `${counts(812, 0)}; exit 70`, 'true', '814 passed, 1 failed', 1],
])('%s', async (_, test, check, lastLine, code) => {
  const { output, code: ended } = await runCi(test, check);
  expect(output.trimEnd().split('\n').at(-1)).toBe(lastLine);
  expect(output.match(/^\d+ passed, \d+ failed$/gm)).toHaveLength(1);
  expect(ended === 0 ? 0 : 1).toBe(code);
});

test('a workflow that does not end as it must is a failure', async () => {
  writeFileSync(join(root, 'scripts', 'run.mjs'), 'process.exit(1);\n');
  const { output, code } = await runCi(counts(812, 0), 'true');
  expect(output.trimEnd().split('\n').at(-1)).toBe('813 passed, 1 failed');
  expect(code).not.toBe(0);
});

test("the commands are the README's", async () => {
  const readme = '<!-- command: test -->\n```sh\nnpm test -- --as-told\n```\n\n<!-- command: check -->\n```sh\nnpm run check\n```\n';
  writeFileSync(join(root, 'README.md'), readme);
  const { output } = await runCi(counts(1, 0), 'true');
  expect(output).toContain('called: test -- --as-told');
  expect(output).toContain('called: run check');
  expect(output).toContain('called: workflows --only unapproved');
});

test('a README that names no command is a failure', async () => {
  writeFileSync(join(root, 'README.md'), 'Nothing here.\n');
  expect(await runCi(counts(1, 0), 'true')).toMatchObject({ code: 1, output: expect.stringContaining('0 passed, 1 failed') });
});

/** Runs `.ci/run` from another folder, with an npm that does what it is told. */
function runCi(test: string, check: string): Promise<{ readonly code: number; readonly output: string }> {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "called: $*"\nif [ "$1" = test ]; then ${test}; else ${check}; fi\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
  return new Promise((done) => {
    execFile('bash', [join(root, '.ci', 'run')], { cwd: tmpdir(), env }, (error, stdout) => {
      done({ code: error === null ? 0 : Number(error.code), output: stdout });
    });
  });
}
