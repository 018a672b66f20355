import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { REPORT_FILES } from '../../contract';
import { canonicalJson } from '../../gates/canonical';
import { TARGETS, TIERS } from '../../gates/vocabulary';
import { holdOf } from '../../ledger/history';
import { buildRelease } from '../../pipeline/build';
import { type Delivery, deliver } from '../../pipeline/deliver';
import { ConfigurationError } from '../../pipeline/errors';
import { short, startProduction } from '../../pipeline/production';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { faultInjector, faultNamed } from '../faults';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, profileNamed, stagesFor } from '../policy-file';
import { coloured, progressTo } from '../progress';
import { clearReportFiles, K6_DIRECTORY, writeReportFiles } from '../report-files';
import { openTwin, type TwinSession } from '../twin-session';

interface PipelineOptions {
  readonly target: string;
  readonly release?: string;
  readonly policy: string;
  readonly profile: string;
  readonly out: string;
  readonly fault?: string;
  readonly json?: boolean;
}

/** What serves an empty production of the twin. */
const FIRST_RELEASE = 'test/releases/good/shared.ts';

export function addPipeline(program: Command, context: CommandContext, done: Done): void {
  program
    .command('pipeline')
    .description('the whole delivery: build, deploy to staging, smoke, soak, spike, judge, promote behind a canary, report')
    .option('--target <name>', 'where staging and production live: twin (this machine) or aws', 'twin')
    .option('--release <file>', 'the Lambda handler entry to deliver (default: release.entry of the policy)')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--profile <name>', 'how long and hard the stages are', 'quick')
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--fault <name>', 'break something in the middle of the soak (twin only), to see that it never passes')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: PipelineOptions) => {
      if (options.target !== 'twin') throw new ConfigurationError(unknownTarget(options.target));
      const breaks = options.fault === undefined ? null : faultNamed(options.fault);
      const policy = await loadPolicy(context.root, options.policy);
      const stages = stagesFor(policy, options.profile, 'twin');
      if (!stages.some(({ name }) => name === 'canary')) {
        throw new ConfigurationError(`a delivery needs a canary, and stage canary has no load for profile ${options.profile}`);
      }
      const out = resolve(context.root, options.out);
      const session = await openTwin(context, metricSettings(policy.policy, 'twin').periodMs);
      try {
        const { report, evidence, fault } = await run(context, options, policy, stages, session, out, breaks);
        await writeReportFiles(out, report, evidence);
        await saveLogs(session, out, context);
        if (fault !== null) throw fault;
        const text = renderTerminal(report, { colour: coloured(context.stdout), directory: relative(context.root, out) || '.' });
        context.stdout.write(options.json ? canonicalJson(report) : text);
        done(exitCodeOf(report));
      } finally {
        await session.close();
      }
    });
}

/** Logs are beside the point of a verdict: that they cannot be copied is said, and changes nothing. */
async function saveLogs(session: TwinSession, out: string, context: CommandContext): Promise<void> {
  for (const tier of TIERS) {
    await session.target.saveLogs(tier, join(out, REPORT_FILES.logs, tier)).catch((error: unknown) => {
      progressTo(context.stderr)({ kind: 'warning', text: `the logs of ${tier} could not be copied: ${error}` });
    });
  }
}

async function run(
  context: CommandContext,
  options: PipelineOptions,
  { policy, digest }: LoadedPolicy,
  stages: ReturnType<typeof stagesFor>,
  session: TwinSession,
  out: string,
  breaks: ReturnType<typeof faultNamed> | null,
): Promise<Delivery> {
  const { root, signal } = context;
  const listener = progressTo(context.stderr);
  const environment = policy.release.env ?? {};
  const directory = join(session.workspace.directory, 'packages');
  const build = (entry: string) => buildRelease({ root, entry, environment, directory });
  const release = await build(options.release ?? policy.release.entry);
  // Only now is there a run whose report could be mistaken for another's.
  await clearReportFiles(out);
  listener({ kind: 'step', text: `built ${release.entry}: package ${short(release.digest)}, commit ${release.commit}` });
  await startProduction({ ...session, environment, listener, first: () => build(FIRST_RELEASE) });
  const hold = holdOf(await session.workspace.ledger.read());
  if (hold !== null)
    listener({ kind: 'warning', text: `promotion is held since ${hold.at} (${hold.reason}): this run can qualify, not promote` });
  return deliver({
    ...session,
    release,
    policy,
    policyDigest: digest,
    profile: profileNamed(options.profile),
    stages,
    settings: metricSettings(policy, 'twin'),
    toolVersion: toolVersion(root),
    k6: session.tools.k6.path,
    root,
    directory: join(out, K6_DIRECTORY),
    signal,
    listener,
    onLoad: breaks === null ? undefined : faultInjector(breaks, session.twin, listener),
  });
}

function unknownTarget(name: string): string {
  return name === 'aws'
    ? '--target aws: this version has no AWS target; the twin is what it can deliver to (--target twin)'
    : `unknown target "${name}"; known: ${TARGETS.join(', ')}`;
}
