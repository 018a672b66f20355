/**
 * A first day on AWS, without AWS: node scripts/run.mjs aws-rehearsal [--good | --leak] [--only build-first,build,install,deploy,soak]
 *
 * Starts an account on this machine (test/support/aws-account) and runs the command line against it, each command a process of its
 * own, with the shipped policy shortened to a soak of 5 minutes: periods of 60 s, at AWS's own pace but for CodeDeploy's canary,
 * which lasts 6 minutes. Ends with 0 when every command ended as it had to. It takes some 25 minutes.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BUILD_FILES } from '../src/pipeline/assembly-manifest';
import { startLocalAccount } from '../test/support/aws-account/account';
import { type ClientsOfProduction, startClients } from '../test/support/aws-account/clients-of-production';
import { type ApprovingGithub, startApprovingGithub } from './aws-rehearsal/approving-github';
import { type CommandRequest, tidegate } from './aws-rehearsal/command';
import { type Step, stepsOf, USUAL } from './aws-rehearsal/steps';
import { workingCopy } from './aws-rehearsal/working-copy';

const ROOT = join(__dirname, '..');
const PERIOD_MS = 60_000;
/** As long as the shortened policy's canary may take: an assembly's own canary has ten minutes more. */
const BAKE_MINUTES = 6;
const CLIENTS_PER_SECOND = 10;
const LOAD_ROLE = 'arn:aws:iam::123456789012:role/load';

async function main(signal: AbortSignal): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { good: flag, leak: flag, only: { type: 'string' } } });
  if (values.good && values.leak) return 64;
  const directory = await mkdtemp(join(tmpdir(), 'aws-rehearsal-'));
  try {
    const [builds, out] = [{ first: join(directory, 'first'), next: join(directory, 'next') }, join(directory, 'report')];
    const all = stepsOf(values.leak ? 'leak' : 'good', builds, out);
    const names: readonly string[] = values.only === undefined ? USUAL : values.only.split(',');
    const unknown = names.filter((name) => !all.some((step) => step.name === name) && values.only !== undefined);
    if (unknown.length > 0) {
      process.stderr.write(`no step ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}\n`);
      return 64;
    }
    return await rehearse({ directory, steps: all.filter(({ name }) => names.includes(name)), next: builds.next, signal });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Rehearsal {
  readonly directory: string;
  readonly steps: readonly Step[];
  /** Where the release under test is built to. */
  readonly next: string;
  readonly signal: AbortSignal;
}

async function rehearse({ directory, steps, next, signal }: Rehearsal): Promise<number> {
  const root = join(directory, 'project');
  const temporary = join(directory, 'temporary');
  await mkdir(temporary);
  await workingCopy(ROOT, root);
  const account = await startLocalAccount({ periodMs: PERIOD_MS, factor: 1 });
  account.codeDeploy.ways.bakeMinutes = BAKE_MINUTES;
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TMPDIR: temporary,
    TIDEGATE_INVOKE_ROLE_ARN: LOAD_ROLE,
    ...account.environment,
  };
  const request: CommandRequest = { root, state: join(directory, 'state'), environment, signal };
  let github: ApprovingGithub | null = null;
  let clients: ClientsOfProduction | null = null;
  try {
    github = await startApprovingGithub(root, temporary);
    const wrong: string[] = [];
    for (const { name, args, expected, inActions } of steps) {
      if (signal.aborted) return 130;
      const told = inActions === true ? { ...request, environment: { ...environment, ...github.environment } } : request;
      const code = await tidegate(told, await Promise.all(args.map(async (arg) => (arg === '{next}' ? digestIn(next) : arg))));
      if (code !== expected) wrong.push(`${name} ended with ${code} instead of ${expected}`);
      // From its installation on.
      if (account.stacks.production.stack.version !== null) clients ??= startClients(account, CLIENTS_PER_SECOND);
    }
    wrong.push(...account.problems(), ...github.problems());
    process.stdout.write(`\nProduction's clients were answered ${JSON.stringify(clients?.answers() ?? {})}.\n`);
    process.stdout.write(wrong.length === 0 ? 'Every command ended as it had to.\n' : `${wrong.join('\n')}\n`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await clients?.stop();
    await github?.close();
    await account.close();
  }
}

async function digestIn(build: string): Promise<string> {
  const { assemblyDigest } = JSON.parse(await readFile(join(build, BUILD_FILES.manifest), 'utf8')) as { readonly assemblyDigest: string };
  return assemblyDigest;
}

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
main(stopped.signal).then((code) => {
  process.exitCode = code;
});
