import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Synthesized, synthesize } from './synthesized';

const CFN_LINT = join(__dirname, '..', '..', '.tools', 'python', 'bin', 'cfn-lint');
/**
 * W3005: the CDK states dependencies that CloudFormation would see by itself.
 * W3037: a list of IAM actions that lags behind AWS's.
 */
const IGNORED = ['W3005', 'W3037'];

let built: Synthesized;
beforeAll(() => {
  built = synthesize();
});
afterAll(() => built.remove());

/** Its first start on a machine compiles all of its Python. */
const COLD_START_MS = 180_000;

test(
  'cfn-lint has nothing to say of the templates',
  async () => {
    const { directory } = built.app.synth();
    const templates = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
    expect(templates).toHaveLength(3);
    expect(await lint(...templates.map((name) => join(directory, name)))).toBe('');
  },
  COLD_START_MS,
);

test('it would: of a property that does not exist', async () => {
  const path = join(built.directory, 'broken.template.json');
  writeFileSync(path, JSON.stringify({ Resources: { Users: { Type: 'AWS::ElastiCache::UserGroup', Properties: { Id: 'a' } } } }));
  expect(await lint(path)).toContain("'Id' was unexpected");
});

/** What cfn-lint prints, whatever its exit code. */
async function lint(...files: readonly string[]): Promise<string> {
  const args = ['--ignore-checks', ...IGNORED, '--regions', 'us-east-1', '--template', ...files];
  const { stdout, stderr } = await promisify(execFile)(CFN_LINT, args).catch((failure: { stdout?: string; stderr?: string }) => {
    // Without output it did not find something: it did not run.
    if (!failure.stdout) throw failure;
    return { stdout: failure.stdout, stderr: failure.stderr ?? '' };
  });
  return `${stdout}${stderr}`;
}
