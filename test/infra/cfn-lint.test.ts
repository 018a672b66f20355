import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
let templates: readonly string[];
beforeAll(() => {
  built = synthesize();
  const { directory } = built.app.synth();
  templates = readdirSync(directory)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(directory, name));
});
afterAll(() => built.remove());

test('cfn-lint has nothing to say of the templates', async () => {
  expect(templates).toHaveLength(3);
  expect(await lint(...templates)).toBe('');
});

test('it would: of a property that does not exist', async () => {
  const { writeFileSync, readFileSync } = await import('node:fs');
  const [path = ''] = templates.filter((name) => name.includes('Staging'));
  const broken = join(built.directory, 'broken.template.json');
  writeFileSync(broken, readFileSync(path, 'utf8').replace('"MultiAZEnabled"', '"MultiZoneEnabled"'));
  expect(await lint(broken)).toContain('MultiZoneEnabled');
});

/** What cfn-lint prints; it exits with 0 only when that is nothing. */
async function lint(...files: readonly string[]): Promise<string> {
  const args = ['--ignore-checks', ...IGNORED, '--regions', 'us-east-1', 'eu-west-1', '--template', ...files];
  try {
    const { stdout, stderr } = await promisify(execFile)(CFN_LINT, args);
    return stdout + stderr;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && error.stdout !== '') return String(error.stdout);
    throw error;
  }
}
