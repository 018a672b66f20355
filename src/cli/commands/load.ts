import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { clockAheadMs } from '../../evidence/k6/clock-ahead';
import { loadLeadMs, runPart } from '../../evidence/k6/run-load';
import { generatorName, readSegment, type Segment } from '../../evidence/k6/segment';
import { formatDuration } from '../../gates/format';
import { generatorWarning } from '../../gates/generators';
import { plannedDurationMs } from '../../gates/load-plan';
import type { ResolvedStage } from '../../gates/policy/resolve';
import { unknownName } from '../../gates/suggest';
import type { TargetName } from '../../gates/vocabulary';
import { iso, nextBoundary } from '../../pipeline/clock';
import { ConfigurationError, InterruptedError } from '../../pipeline/errors';
import { k6Entry } from '../../pipeline/k6-entry';
import { loadManifest } from '../../pipeline/load-manifest';
import { writePart } from '../../pipeline/load-parts';
import { metricSettings } from '../../pipeline/settings';
import { planInWords } from '../../pipeline/stage-windows';
import { awsTarget } from '../../targets/aws/target';
import type { InvokeAccess } from '../../targets/target';
import { awsPolicyOf, clientsFor } from '../aws-session';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, stagesFor, targetNamed } from '../policy-file';
import { progressTo } from '../progress';
import { toolsOf } from '../twin-session';

interface LoadOptions {
  readonly stage: string;
  readonly profile: string;
  readonly policy: string;
  readonly target: string;
  readonly baseUrl: string;
  readonly startAt: string;
  readonly segment?: string;
  readonly out?: string;
  readonly manifest?: boolean;
  readonly json?: boolean;
}

/** What is run: the same for every generator. */
interface PlannedLoad {
  readonly stage: ResolvedStage;
  readonly startAt: number;
  readonly baseUrl: string;
}

export function addLoad(program: Command, context: CommandContext, done: Done): void {
  program
    .command('load')
    .description(
      "one generator's share of a stage's load, for machines that share it; `gate --load-parts` merges and judges (docs/load-generators.md)",
    )
    .requiredOption('--stage <name>', 'the stage whose load is applied')
    .requiredOption('--profile <name>', 'how long and hard the stages are')
    .requiredOption('--base-url <url>', 'where the API is')
    .requiredOption('--start-at <time>', 'when all generators begin: ISO 8601 or epoch milliseconds, on a boundary of the periods')
    .option('--segment <i/N>', 'which generator this one is of how many, e.g. 2/4')
    .option('--out <file>', 'where the part goes')
    .option('--target <name>', 'aws or twin: aws signs the requests where the API demands it', 'aws')
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--manifest', 'run nothing: print the load of all generators as YAML for k6-operator')
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: LoadOptions) => {
      const policy = await loadPolicy(context.root, options.policy);
      const target = targetNamed(options.target);
      const load = plannedLoad(policy, options, target);
      if (options.manifest) {
        requireTimeUntil(load.startAt, loadLeadMs(load.stage.plan));
        context.stdout.write(await manifestOf(context, load));
        done(EXIT.ok);
      } else {
        done(await runShare(context, policy, options, target, load));
      }
    });
}

async function runShare(
  context: CommandContext,
  policy: LoadedPolicy,
  options: LoadOptions,
  target: TargetName,
  { stage, startAt, baseUrl }: PlannedLoad,
): Promise<typeof EXIT.ok | typeof EXIT.inconclusive> {
  const segment = segmentNamed(options.segment, stage);
  if (options.out === undefined) throw new ConfigurationError('say where the part goes: --out FILE');
  const out = resolve(context.root, options.out);
  const listener = progressTo(context.stderr);
  const { plan } = stage;
  const k6 = toolsOf(context.home).k6.path;
  requireTimeUntil(startAt, loadLeadMs(plan));
  listener({ kind: 'step', text: `${generatorName(segment)}, ${stage.name}: ${planInWords(plan)} in all, from ${iso(startAt)}` });
  const warning = generatorWarning(stage);
  if (warning !== null) listener({ kind: 'warning', text: warning });
  const session = await openAccessTo(policy, target);
  try {
    const clockAhead = await clockAheadMs(baseUrl);
    // What was asked on the way took its time.
    requireTimeUntil(startAt, loadLeadMs(plan));
    const directory = `${out.replace(/\.json$/, '')}.k6`;
    const part = await runPart({
      k6,
      script: await k6Entry({ root: context.root, script: stage.script }, directory, stage.name),
      plan,
      segment,
      baseUrl,
      startAt,
      directory,
      signal: context.signal,
      ...(session.access === null ? {} : { access: session.access }),
      onProgress: ({ elapsedMs, requests, rate, failed, p95Ms }) => {
        const elapsedSeconds = Math.max(0, Math.round(elapsedMs / 1000));
        const totalSeconds = Math.round(plannedDurationMs(plan) / 1000);
        listener({ kind: 'load', stage: stage.name, elapsedSeconds, totalSeconds, requests, rate, failed, p95Ms });
      },
    });
    await writePart(out, { ...part, clockAheadMs: clockAhead });
    if (part.outcome === 'stopped') throw new InterruptedError('stopped during the load');
    const { outcome, detail } = part;
    if (options.json) context.stdout.write(`${JSON.stringify({ outcome, detail, segment, startAt: iso(startAt), out })}\n`);
    else if (detail !== null) context.stderr.write(`${detail}.\n`);
    return part.outcome === 'completed' ? EXIT.ok : EXIT.inconclusive;
  } finally {
    await session.close();
  }
}

function plannedLoad(policy: LoadedPolicy, options: LoadOptions, target: TargetName): PlannedLoad {
  const stages = stagesFor(policy, options.profile, target).filter(({ name }) => name !== 'canary');
  const stage = stages.find(({ name }) => name === options.stage);
  if (stage === undefined) {
    if (options.stage === 'canary') throw new ConfigurationError('the load of a canary is part of its shift: run `tidegate promote`');
    throw new ConfigurationError(
      unknownName(
        'stage',
        options.stage,
        stages.map(({ name }) => name),
      ),
    );
  }
  const { periodMs } = metricSettings(policy.policy, target);
  const startAt = /^\d+$/.test(options.startAt) ? Number(options.startAt) : Date.parse(options.startAt);
  if (Number.isNaN(startAt)) throw new ConfigurationError(`--start-at ${options.startAt}: neither ISO 8601 nor epoch milliseconds`);
  if (startAt % periodMs !== 0)
    throw new ConfigurationError(
      `--start-at ${options.startAt}: a load begins on a boundary of the target's periods of ${formatDuration(periodMs)}; ${iso(nextBoundary(startAt, periodMs))} would be one`,
    );
  if (!URL.canParse(options.baseUrl) || !/^https?:$/.test(new URL(options.baseUrl).protocol))
    throw new ConfigurationError(`--base-url ${options.baseUrl}: expected an http or https URL`);
  return { stage, startAt, baseUrl: options.baseUrl };
}

/** The share must be one of those that the policy plans: a part of another number could not be merged. */
function segmentNamed(text: string | undefined, { name, segments }: ResolvedStage): Segment {
  const segment = readSegment(text ?? '1/1');
  if (segment === null) throw new ConfigurationError(`--segment ${text}: expected i/N, e.g. 2/4`);
  if (segment.of === segments) return segment;
  throw new ConfigurationError(
    `--segment ${text ?? '(none)'}: the load of ${name} has segments: ${segments} in the policy, so give 1/${segments}${segments > 1 ? ` to ${segments}/${segments}` : ''}`,
  );
}

function requireTimeUntil(startAt: number, leadMs: number): void {
  const left = startAt - Date.now();
  if (left >= leadMs) return;
  const when = left < 0 ? `is ${formatDuration(-left)} past` : `is in ${formatDuration(left)}`;
  throw new ConfigurationError(
    `--start-at ${iso(startAt)} ${when}: k6 needs ${formatDuration(leadMs)} before it. Give all generators a later one.`,
  );
}

async function openAccessTo(
  { policy }: LoadedPolicy,
  target: TargetName,
): Promise<{ readonly access: InvokeAccess | null; close(): Promise<void> }> {
  if (target === 'twin') return { access: null, close: async () => undefined };
  const aws = awsPolicyOf(policy);
  const opened = await awsTarget({ clients: clientsFor(aws), policy: aws });
  try {
    return { access: await opened.invokeAccess('staging'), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function manifestOf({ root, home }: CommandContext, { stage, startAt, baseUrl }: PlannedLoad): Promise<string> {
  const { script, plan, segments: generators } = stage;
  return loadManifest({ root, script, plan, generators, baseUrl, startAt, k6Version: toolsOf(home).k6.version });
}
