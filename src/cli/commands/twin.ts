import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { TIERS, type Tier } from '../../gates/vocabulary';
import { buildRelease } from '../../pipeline/build';
import { ConfigurationError } from '../../pipeline/errors';
import { metricSettings } from '../../pipeline/settings';
import type { TierDescription } from '../../targets/target';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import { progressTo } from '../progress';
import { openTwin, type TwinSession } from '../twin-session';
import { isTwin, readTwinState, removeTwinState, type TwinState, writeTwinState } from '../twin-state';

interface UpOptions {
  readonly release?: string;
  readonly policy: string;
  readonly json?: boolean;
}

const DOWN_WITHIN_MS = 10_000;

export function addTwin(program: Command, context: CommandContext, done: Done): void {
  const twin = program.command('twin').description('the twin alone, to develop against: up, down, status');
  twin
    .command('up')
    .description('start staging and production with a release and keep them until Ctrl-C or `twin down`')
    .option('--release <file>', 'the Lambda handler entry to serve (default: release.entry of the policy)')
    .option('--policy <file>', 'where the release and its environment are named', DEFAULT_POLICY)
    .option('--json', 'print addresses and environment variables as JSON')
    .action(async (options: UpOptions) => done(await up(context, options)));
  twin
    .command('down')
    .description('end the twin that `twin up` started, with every process of it')
    .option('--json', 'print the outcome as JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const state = await readTwinState(context.stateDirectory());
      if (state !== null) await end(state.pid);
      const text = state === null ? 'No twin is running.' : 'The twin is down.';
      context.stdout.write(options.json ? `${JSON.stringify({ wasRunning: state !== null })}\n` : `${text}\n`);
      done(EXIT.ok);
    });
  twin
    .command('status')
    .description('addresses and environment variables of the running twin; exit code 1 when none runs')
    .option('--json', 'print them as JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const state = await readTwinState(context.stateDirectory());
      if (state === null) context.stdout.write(options.json ? 'null\n' : 'No twin is running. Start one: tidegate twin up\n');
      else context.stdout.write(options.json ? `${JSON.stringify(state, null, 2)}\n` : describe(state));
      done(state === null ? EXIT.failed : EXIT.ok);
    });
}

async function up(context: CommandContext, options: UpOptions): Promise<0> {
  const { root, signal, stdout } = context;
  const directory = context.stateDirectory();
  if ((await readTwinState(directory)) !== null)
    throw new ConfigurationError('a twin is running already: `tidegate twin status` shows it, `tidegate twin down` ends it');
  const { policy } = await loadPolicy(root, options.policy);
  const session = await openTwin(context, metricSettings(policy, 'twin').periodMs);
  try {
    const environment = policy.release.env ?? {};
    const release = await buildRelease({
      root,
      entry: options.release ?? policy.release.entry,
      environment,
      directory: join(session.workspace.directory, 'packages'),
    });
    // Whoever judges this twin with `gate` cannot change it: it gets what the soak would reserve.
    const reservedConcurrency = policy.stages.soak?.reservedConcurrency;
    const limits = reservedConcurrency === undefined ? {} : { reservedConcurrency };
    const descriptions = {
      staging: await session.target.deploy('staging', release, limits),
      production: await session.target.deploy('production', release),
    };
    const state = stateOf(session, descriptions);
    await writeTwinState(directory, state);
    progressTo(context.stderr)({ kind: 'step', text: `the twin is up with ${release.entry}; Ctrl-C or \`tidegate twin down\` ends it` });
    stdout.write(options.json ? `${JSON.stringify(state, null, 2)}\n` : describe(state));
    // A timer keeps the process alive: everything else may be idle.
    const alive = setInterval(() => undefined, 60_000);
    if (!signal.aborted) await once(signal, 'abort');
    clearInterval(alive);
    return EXIT.ok;
  } finally {
    await removeTwinState(directory).finally(session.close);
  }
}

function stateOf({ twin }: TwinSession, descriptions: Readonly<Record<Tier, TierDescription>>): TwinState {
  const tier = (name: Tier): TwinState['tiers']['staging'] => {
    const { apiUrl, servingDigest, deployedAt, identity } = descriptions[name];
    const address = ({ host, port }: { readonly host: string; readonly port: number }) => `redis://${host}:${port}`;
    const { cache, logDirectory } = twin.tiers[name];
    return {
      apiUrl,
      servingDigest,
      deployedAt: deployedAt.toISOString(),
      identity,
      logDirectory,
      cache: { primary: address(cache.primary()), reader: address(cache.reader()) },
    };
  };
  return {
    pid: process.pid,
    cloudWatchUrl: twin.cloudWatchUrl,
    sdkEnvironment: twin.sdkEnvironment(),
    tiers: { staging: tier('staging'), production: tier('production') },
  };
}

function describe(state: TwinState): string {
  const tiers = TIERS.map((name) => {
    const { apiUrl, cache, identity } = state.tiers[name];
    const nodes = identity.nodes.map(({ cacheClusterId, role }) => `${cacheClusterId} (${role})`).join(', ');
    return `${name}\n  API     ${apiUrl}\n  primary ${cache.primary}\n  reader  ${cache.reader}\n  nodes   ${nodes}\n  names   ApiId=${identity.apiId} FunctionName=${identity.functionName}\n`;
  });
  const variables = Object.entries(state.sdkEnvironment).map(([name, value]) => `export ${name}=${value}\n`);
  return `${tiers.join('')}For an AWS SDK or CLI:\n${variables.join('')}`;
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + DOWN_WITHIN_MS;
  while (isTwin(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} did not end within ${DOWN_WITHIN_MS / 1000} s`);
    await pause(100);
  }
}
