import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { REPORT_FILES } from '../../contract';
import { canonicalJson } from '../../gates/canonical';
import { evaluate } from '../../gates/evaluate';
import type { Evidence, StageEvidence } from '../../gates/evidence-schema';
import type { ResolvedStage } from '../../gates/policy/resolve';
import { unknownName } from '../../gates/suggest';
import { STAGES, TIERS, type Tier } from '../../gates/vocabulary';
import { buildRelease } from '../../pipeline/build';
import { commitOf } from '../../pipeline/commit';
import { ConfigurationError } from '../../pipeline/errors';
import { type Judged, judgeRun } from '../../pipeline/judge-run';
import { qualify } from '../../pipeline/qualify';
import { recollect } from '../../pipeline/recollect';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import { attachedTwinTarget } from '../../targets/attached-twin';
import type { ReleasePackage, Target } from '../../targets/target';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, profileNamed, stagesFor } from '../policy-file';
import { coloured, progressTo } from '../progress';
import { clearReportFiles, K6_DIRECTORY, writeReportFiles } from '../report-files';
import { openTwin, toolsOf } from '../twin-session';
import { readTwinState, type TwinState } from '../twin-state';
import { loadEvidence } from './evaluate';

interface GateOptions {
  readonly tier: string;
  readonly stage: string;
  readonly release?: string;
  readonly policy: string;
  readonly profile: string;
  readonly out: string;
  readonly collectOnly?: boolean;
  readonly evidence?: string;
  readonly json?: boolean;
}

export function addGate(program: Command, context: CommandContext, done: Done): void {
  program
    .command('gate')
    .description('one stage or all stages on one tier: load, collect, judge, report. Judges a running twin (`twin up`) or starts one')
    .option('--tier <name>', 'staging or production', 'staging')
    .option('--stage <name>', 'smoke, soak, spike or all', 'all')
    .option('--release <file>', 'the release to deploy when no twin is running (default: release.entry of the policy)')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--profile <name>', 'how long and hard the stages are', 'quick')
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--collect-only', 'read the metrics of --evidence again, without new load; needs the twin that made it still running')
    .option('--evidence <file>', 'with --collect-only: the evidence to complete')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: GateOptions) => {
      const tier = TIERS.find((name) => name === options.tier);
      if (tier === undefined) throw new ConfigurationError(unknownName('tier', options.tier, TIERS));
      const policy = await loadPolicy(context.root, options.policy);
      const out = resolve(context.root, options.out);
      const earlier = await earlierEvidence(context.root, options);
      const running = await readTwinState(context.stateDirectory());
      const judged = await (earlier === null
        ? run(context, options, tier, policy, running, out)
        : collectAgain(context, policy, running, earlier));
      await writeReportFiles(out, judged.report, judged.evidence);
      const text = renderTerminal(judged.report, { colour: coloured(context.stdout), directory: options.out });
      context.stdout.write(options.json ? canonicalJson(judged.report) : text);
      done(exitCodeOf(judged.report));
    });
}

async function earlierEvidence(root: string, options: GateOptions): Promise<Evidence | null> {
  if (!options.collectOnly) {
    if (options.evidence !== undefined) throw new ConfigurationError('--evidence is for --collect-only');
    return null;
  }
  if (options.evidence === undefined) throw new ConfigurationError('--collect-only needs --evidence FILE');
  return loadEvidence(resolve(root, options.evidence), options.evidence);
}

async function run(
  context: CommandContext,
  options: GateOptions,
  tier: Tier,
  policy: LoadedPolicy,
  running: TwinState | null,
  out: string,
): Promise<Judged> {
  const stages = chosenStages(policy, options);
  if (tier === 'production' && running === null) {
    throw new ConfigurationError(
      'production is reached by a promotion, not by a gate: run `tidegate pipeline`, or judge a running twin (`tidegate twin up`)',
    );
  }
  if (running !== null) {
    if (options.release !== undefined)
      throw new ConfigurationError('a twin is running: it is judged as it stands; end it with `tidegate twin down` to give --release');
    const target = attachedTwinTarget(running);
    const { servingDigest } = await target.describe(tier);
    const commit = await commitOf(context.root);
    const release = {
      digest: servingDigest,
      packageDigest: servingDigest,
      zipPath: '',
      assembly: null,
      entry: 'running twin',
      commit,
      environment: {},
    };
    return judgeStages(context, options, tier, policy, stages, target, release, () => target.describe(tier), out);
  }
  const session = await openTwin(context, metricSettings(policy.policy, 'twin').periodMs);
  try {
    const release = await buildRelease({
      root: context.root,
      entry: options.release ?? policy.policy.release.entry,
      environment: policy.policy.release.env ?? {},
      directory: join(session.workspace.directory, 'packages'),
    });
    const judged = await judgeStages(
      context,
      options,
      tier,
      policy,
      stages,
      session.target,
      release,
      () => session.target.deploy(tier, release),
      out,
    );
    await session.target.saveLogs(tier, join(out, REPORT_FILES.logs, tier));
    return judged;
  } finally {
    await session.close();
  }
}

async function judgeStages(
  context: CommandContext,
  options: GateOptions,
  tier: Tier,
  { policy, digest: policyDigest }: LoadedPolicy,
  stages: readonly ResolvedStage[],
  target: Target,
  release: ReleasePackage,
  deploy: () => ReturnType<Target['describe']>,
  out: string,
): Promise<Judged> {
  await clearReportFiles(out);
  const startedAt = Date.now();
  const { stages: evidence, fault } = await qualify({
    target,
    tier,
    policy,
    stages,
    settings: metricSettings(policy, 'twin'),
    k6: toolsOf(context.root).k6.path,
    root: context.root,
    directory: join(out, K6_DIRECTORY),
    signal: context.signal,
    listener: progressTo(context.stderr),
    deploy,
  });
  const { environmentsStarted } = await target.facts(tier);
  const facts = {
    target: target.name,
    release,
    policy,
    policyDigest,
    profile: profileNamed(options.profile),
    toolVersion: toolVersion(context.root),
    startedAt,
    finishedAt: Date.now(),
    environmentsStarted,
    fault,
  };
  return judgeRun(
    facts,
    stages.map(({ name }) => name),
    evidence,
  );
}

/** A canary needs a shift, which only a delivery makes. */
function chosenStages(policy: LoadedPolicy, options: GateOptions): readonly ResolvedStage[] {
  const stages = stagesFor(policy, options.profile, 'twin').filter(({ name }) => name !== 'canary');
  if (options.stage === 'all') return stages;
  const known = stages.map(({ name }) => name);
  if (!STAGES.some((name) => name === options.stage)) throw new ConfigurationError(unknownName('stage', options.stage, [...known, 'all']));
  const chosen = stages.filter(({ name }) => name === options.stage);
  if (chosen.length === 0)
    throw new ConfigurationError(`stage ${options.stage} has no load for profile ${options.profile}; it has: ${known.join(', ')}`);
  return chosen;
}

async function collectAgain(
  context: CommandContext,
  { policy, digest: policyDigest }: LoadedPolicy,
  running: TwinState | null,
  earlier: Evidence,
): Promise<Judged> {
  if (running === null) throw new ConfigurationError('--collect-only reads a running twin, and none is running');
  const target = attachedTwinTarget(running);
  const settings = metricSettings(policy, 'twin');
  const stages: StageEvidence[] = [];
  for (const stage of earlier.stages) stages.push(await recollect(stage, policy, target, settings, context.signal));
  const evidence = { ...earlier, stages };
  return { evidence, report: evaluate({ evidence, policy, policyDigest, toolVersion: toolVersion(context.root) }) };
}
