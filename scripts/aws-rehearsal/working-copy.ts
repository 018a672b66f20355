import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

const run = promisify(execFile);
const POLICY = join('.github', 'gates.yaml');
/** What a clone has after its set-up, and no commit holds. */
const INSTALLED = ['node_modules', '.tools'];

/**
 * A copy of the project as it stands, with the policy shortened and everything committed: only a commit that others could
 * have is deployed to AWS.
 */
export async function workingCopy(root: string, directory: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, maxBuffer: 1 << 26 });
  for (const path of stdout.split('\0').filter((each) => each !== '')) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    // A file that is deleted and not yet committed is still listed.
    await cp(join(root, path), join(directory, path)).catch(() => undefined);
  }
  for (const name of INSTALLED) await symlink(join(root, name), join(directory, name));
  await writeFile(join(directory, POLICY), shortened(await readFile(join(directory, POLICY), 'utf8')));
  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.com', ...args], { cwd: directory });
  await git('init', '--quiet');
  await writeFile(join(directory, '.git', 'info', 'exclude'), `${INSTALLED.join('\n')}\n`);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'rehearsal');
}

interface ShippedPolicy {
  readonly promotion: { hotfix?: object };
  readonly targets: { readonly aws: { readonly settle: { deadline: string } } };
  readonly stages: {
    readonly soak: { load: object; observeAfter: object; readonly gates: { minDatapoints?: number }[] };
    spike?: object;
    readonly canary: { load: object; maxWait: object };
  };
}

/** The shipped policy with a soak of 5 minutes (a trend needs 5 datapoints), no spike, and a canary of one: the same gates, the same 60 s periods. */
function shortened(text: string): string {
  const policy = parse(text) as ShippedPolicy;
  const { soak, canary } = policy.stages;
  soak.load = { standard: { rate: '60/s', duration: '5m', rampUp: '1m', requestTimeout: '5s' } };
  soak.observeAfter = { standard: '1m' };
  for (const gate of soak.gates) if (gate.minDatapoints !== undefined) gate.minDatapoints = 5;
  delete policy.stages.spike;
  // Its profile has no load any more.
  delete policy.promotion.hotfix;
  canary.load = { standard: { rate: '30/s', duration: '1m', requestTimeout: '5s' } };
  canary.maxWait = { standard: '2m' };
  policy.targets.aws.settle.deadline = '4m';
  return stringify(policy);
}
