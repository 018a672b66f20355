import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { REPORT_FILES } from '../../contract';
import { canonicalJson } from '../../gates/canonical';
import { type ProfileName, type TargetName, TIERS } from '../../gates/vocabulary';
import { holdOf } from '../../ledger/history';
import { buildAssembly } from '../../pipeline/assembly-build';
import { buildRelease } from '../../pipeline/build';
import { type Delivery, deliver } from '../../pipeline/deliver';
import { ConfigurationError } from '../../pipeline/errors';
import { short, startProduction } from '../../pipeline/production';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import type { ReleasePackage } from '../../targets/target';
import { writeReportOutputs } from '../action-outputs';
import { builtRelease } from '../built-release';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { faultInjector, faultNamed } from '../faults';
import { firstRelease } from '../first-release';
import { openSession } from '../open-session';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, profileNamed, stagesFor, targetNamed } from '../policy-file';
import { coloured, progressTo } from '../progress';
import { clearReportFiles, K6_DIRECTORY, writeReportFiles } from '../report-files';
import type { Session } from '../session';
import { DEFAULT_BUILD } from './build';

interface PipelineOptions {
  readonly target: string;
  readonly release?: string;
  readonly assembly?: string;
  readonly expect?: string;
  readonly policy: string;
  readonly profile?: string;
  readonly out: string;
  readonly fault?: string;
  readonly earlyStop: boolean;
  readonly json?: boolean;
}

export function addPipeline(program: Command, context: CommandContext, done: Done): void {
  program
    .command('pipeline')
    .description(
      'the whole delivery: build, deploy to staging, smoke, soak, spike, failover (those that the profile has), judge, promote behind a canary (on aws: wait for approval), report',
    )
    .option('--target <name>', 'where staging and production live: twin (this machine) or aws', 'twin')
    .option('--release <file>', 'the Lambda handler entry to deliver (default: release.entry of the policy)')
    .option('--assembly <dir>', 'aws only: what `tidegate build` wrote (default: built now)')
    .option('--expect <digest>', 'with --assembly: the assembly digest that it must have')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--profile <name>', 'how long and hard the stages are (default: quick on the twin, promotion.profile on aws)')
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--fault <name>', 'break something in the middle of the soak (twin only), to see that it never passes')
    .option('--no-early-stop', 'apply the whole load, also when a gate is already certain to fail')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: PipelineOptions) => {
      const target = checkedTarget(options);
      const breaks = options.fault === undefined ? null : faultNamed(options.fault);
      const policy = await loadPolicy(context.root, options.policy);
      const profile = profileNamed(options.profile ?? (target === 'twin' ? 'quick' : policy.policy.promotion.profile));
      const stages = stagesFor(policy, profile, target);
      if (!stages.some(({ name }) => name === 'canary')) {
        throw new ConfigurationError(`a delivery needs a canary, and stage canary has no load for profile ${profile}`);
      }
      const out = resolve(context.root, options.out);
      const session = await openSession(context, target, policy.policy);
      try {
        const delivered = await run(context, options, policy, profile, stages, session, out, breaks);
        const { report, fault } = delivered;
        await writeReportFiles(out, delivered);
        writeReportOutputs(report, relative(context.root, out) || '.');
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

/** @throws ConfigurationError for options that mean nothing on the target */
function checkedTarget({ target: name, fault, assembly, release }: PipelineOptions): TargetName {
  const target = targetNamed(name);
  if (target === 'aws' && fault !== undefined) throw new ConfigurationError('--fault breaks the twin only');
  if (target === 'twin' && assembly !== undefined)
    throw new ConfigurationError('--assembly is for --target aws: the twin deploys packages');
  if (assembly !== undefined && release !== undefined)
    throw new ConfigurationError('--assembly and --release exclude each other: an assembly holds its release');
  return target;
}

/** Logs are beside the point of a verdict: that they cannot be copied is said, and changes nothing. */
async function saveLogs(session: Session, out: string, context: CommandContext): Promise<void> {
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
  profile: ProfileName,
  stages: ReturnType<typeof stagesFor>,
  session: Session,
  out: string,
  breaks: ReturnType<typeof faultNamed> | null,
): Promise<Delivery> {
  const { root, home, signal } = context;
  const { target, twin } = session;
  const listener = progressTo(context.stderr);
  const environment = policy.release.env ?? {};
  const entry = options.release ?? policy.release.entry;
  const directory = join(session.workspace.directory, 'packages');
  const release =
    twin === null ? await releaseForAws(context, options, entry, session) : await buildRelease({ root, entry, environment, directory });
  // Only now is there a run whose report could be mistaken for another's.
  await clearReportFiles(out);
  const assembly = release.assembly === null ? '' : `assembly ${short(release.assembly.digest)}, `;
  listener({
    kind: 'step',
    text: `built ${release.entry}: ${assembly}package ${short(release.packageDigest)}, commit ${release.commit}`,
  });
  if (twin !== null) await startProduction({ ...session, environment, listener, first: () => firstRelease(root, policy, directory) });
  const hold = holdOf(await session.workspace.ledger.read());
  if (hold !== null)
    listener({ kind: 'warning', text: `promotion is held since ${hold.at} (${hold.reason}): this run can qualify, not promote` });
  return deliver({
    ...session,
    k6: session.k6(),
    release,
    policy,
    policyDigest: digest,
    profile,
    stages,
    settings: metricSettings(policy, target.name),
    // Nobody can approve inside one process: on AWS the promotion is left to `promote`.
    delivery: null,
    toolVersion: toolVersion(home),
    root,
    directory: join(out, K6_DIRECTORY),
    signal,
    listener,
    earlyStop: options.earlyStop,
    onLoad: breaks === null || twin === null ? undefined : faultInjector(breaks, twin, listener),
  });
}

/** What was built before, or is built now; either way looked at byte by byte, and of a commit that others can have. */
async function releaseForAws(
  { root, home, signal }: CommandContext,
  options: PipelineOptions,
  entry: string,
  { workspace }: Session,
): Promise<ReleasePackage> {
  const out = options.assembly === undefined ? join(workspace.directory, DEFAULT_BUILD) : resolve(root, options.assembly);
  if (options.assembly === undefined)
    await buildAssembly({ root, entry, policy: resolve(root, options.policy), out, toolVersion: toolVersion(home), signal });
  return builtRelease(out, options.expect);
}
