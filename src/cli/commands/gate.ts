import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Baseline } from '../../gates/baseline';
import { canonicalJson } from '../../gates/canonical';
import { evaluate } from '../../gates/evaluate';
import type { Evidence, StageEvidence } from '../../gates/evidence-schema';
import type { Policy } from '../../gates/policy/policy';
import type { ResolvedStage } from '../../gates/policy/resolve';
import { unknownName } from '../../gates/suggest';
import { type ProfileName, STAGES, TIERS } from '../../gates/vocabulary';
import { ConfigurationError } from '../../pipeline/errors';
import type { Judged } from '../../pipeline/judge-run';
import { recollect } from '../../pipeline/recollect';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import { renderTerminal } from '../../report/terminal';
import { writeReportOutputs } from '../action-outputs';
import type { CommandContext, Done } from '../context';
import { exitCodeOf } from '../exit-code';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, profileNamed, stagesFor, targetNamed } from '../policy-file';
import { coloured, progressTo } from '../progress';
import { writeReportFiles } from '../report-files';
import { loadBaseline, loadEvidence } from './evaluate';
import { type GateRun, openRun } from './gate-run';
import { judgeStages } from './gate-stages';

interface GateOptions {
  readonly target: string;
  readonly tier: string;
  readonly stage: string;
  readonly release?: string;
  readonly assembly?: string;
  readonly expect?: string;
  readonly policy: string;
  readonly profile?: string;
  readonly hotfix?: boolean;
  readonly out: string;
  readonly loadParts?: string;
  readonly earlyStop: boolean;
  readonly collectOnly?: boolean;
  readonly evidence?: string;
  readonly baseline?: string;
  readonly json?: boolean;
}

export function addGate(program: Command, context: CommandContext, done: Done): void {
  program
    .command('gate')
    .description('one stage or all stages on one tier: load, collect, judge, report. Judges a running twin (`twin up`), starts one, or AWS')
    .option('--target <name>', 'where the tier lives: twin or aws', 'twin')
    .option('--tier <name>', 'staging or production', 'staging')
    .option('--stage <name>', 'smoke, soak, spike, failover or all', 'all')
    .option('--release <file>', 'the release to deploy when no twin is running (default: release.entry of the policy)')
    .option('--assembly <dir>', 'aws: what the tier must serve, as `tidegate build` wrote it; `tidegate record` can then write it down')
    .option('--expect <digest>', 'with --assembly: the assembly digest that it must have')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--profile <name>', 'how long and hard the stages are (default: quick on the twin, promotion.profile on aws)')
    .option('--hotfix', 'the short profile of the hotfix lane, promotion.hotfix.profile of the policy')
    .option('--out <dir>', 'where the report goes', 'tidegate-report')
    .option('--load-parts <dir>', 'the load of this one stage was made elsewhere: what `tidegate load` wrote on each generator')
    .option('--no-early-stop', 'apply the whole load, also when a gate is already certain to fail')
    .option('--collect-only', 'read the metrics of --evidence again, without new load; on the twin it needs the one that made it')
    .option('--evidence <file>', 'with --collect-only: the evidence to complete')
    .option('--baseline <file>', 'an evidence.json to compare with (default: on the twin that of the release promoted last; none on aws)')
    .option('--json', 'print the gate report as JSON on stdout')
    .action(async (options: GateOptions) => {
      const policy = await loadPolicy(context.root, options.policy);
      const request = { ...options, ...checked(options, policy) };
      const earlier = await earlierEvidence(context.root, options);
      const stages = earlier === null ? chosenStages(policy, request, options) : [];
      const given = await loadBaseline(context.root, options.baseline);
      const run = await openRun(context, policy, { ...request, collecting: earlier !== null });
      try {
        const out = resolve(context.root, options.out);
        const parts = options.loadParts === undefined ? null : resolve(context.root, options.loadParts);
        const judged = await (earlier === null
          ? judgeStages(context, run, { ...request, policy, stages, out, parts, given })
          : collectAgain(context, policy, run, earlier, given));
        await writeReportFiles(out, judged);
        const directory = relative(context.root, out) || '.';
        writeReportOutputs(judged.report, directory);
        if (earlier === null) {
          await run.record(judged);
          await run.saveLogs(out).catch((error: unknown) => {
            progressTo(context.stderr)({ kind: 'warning', text: `the logs of ${request.tier} could not be copied: ${error}` });
          });
        }
        const text = renderTerminal(judged.report, { colour: coloured(context.stdout), directory });
        context.stdout.write(options.json ? canonicalJson(judged.report) : text);
        done(exitCodeOf(judged.report));
      } finally {
        await run.close();
      }
    });
}

function checked(options: GateOptions, { policy }: LoadedPolicy) {
  const target = targetNamed(options.target);
  const tier = TIERS.find((name) => name === options.tier);
  if (tier === undefined) throw new ConfigurationError(unknownName('tier', options.tier, TIERS));
  if (target === 'aws' && options.release !== undefined)
    throw new ConfigurationError('--release is for the twin: on aws the tier is judged as it stands (`tidegate deploy` changes it)');
  if (target === 'twin' && options.assembly !== undefined)
    throw new ConfigurationError('--assembly is for --target aws: the twin deploys packages');
  if (options.loadParts !== undefined && options.stage === 'all')
    throw new ConfigurationError('--load-parts are of one stage: say which with --stage');
  return { target, tier, profile: options.hotfix ? hotfixProfile(options, policy) : usualProfile(options, policy) };
}

function usualProfile({ profile, target }: GateOptions, policy: Policy): ProfileName {
  return profileNamed(profile ?? (target === 'twin' ? 'quick' : policy.promotion.profile));
}

function hotfixProfile({ profile }: GateOptions, { promotion }: Policy): ProfileName {
  if (profile !== undefined) throw new ConfigurationError("--hotfix takes the policy's profile: leave --profile out");
  if (promotion.hotfix === undefined) throw new ConfigurationError('the policy opens no hotfix lane: it has no `promotion.hotfix`');
  return promotion.hotfix.profile;
}

async function earlierEvidence(root: string, options: GateOptions): Promise<Evidence | null> {
  if (!options.collectOnly) {
    if (options.evidence !== undefined) throw new ConfigurationError('--evidence is for --collect-only');
    return null;
  }
  if (options.evidence === undefined) throw new ConfigurationError('--collect-only needs --evidence FILE');
  return loadEvidence(resolve(root, options.evidence), options.evidence);
}

/** A canary needs a shift, which only a delivery makes. */
function chosenStages(
  policy: LoadedPolicy,
  { target, profile }: ReturnType<typeof checked>,
  options: GateOptions,
): readonly ResolvedStage[] {
  const stages = stagesFor(policy, profile, target).filter(({ name }) => name !== 'canary');
  if (options.stage === 'all') return stages;
  const known = stages.map(({ name }) => name);
  if (!STAGES.some((name) => name === options.stage)) throw new ConfigurationError(unknownName('stage', options.stage, [...known, 'all']));
  const chosen = stages.filter(({ name }) => name === options.stage);
  if (chosen.length === 0)
    throw new ConfigurationError(`stage ${options.stage} has no load for profile ${profile}; it has: ${known.join(', ')}`);
  return chosen;
}

async function collectAgain(
  context: CommandContext,
  { policy, digest: policyDigest }: LoadedPolicy,
  { target, baselineFor }: GateRun,
  earlier: Evidence,
  given: Baseline | null,
): Promise<Judged> {
  if (earlier.target !== target.name)
    throw new ConfigurationError(`the evidence was made on the target ${earlier.target}: say --target ${earlier.target}`);
  const settings = metricSettings(policy, target.name);
  const stages: StageEvidence[] = [];
  for (const stage of earlier.stages) stages.push(await recollect(stage, policy, target, settings, context.signal));
  const evidence = { ...earlier, stages };
  const baseline = given ?? (await baselineFor({ target: target.name, profile: earlier.profile, digest: earlier.release.digest }));
  const report = evaluate({ evidence, policy, policyDigest, toolVersion: toolVersion(context.home), baseline });
  return { evidence, report, baseline };
}
