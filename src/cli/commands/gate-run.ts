import { join, resolve } from 'node:path';
import { REPORT_FILES } from '../../contract';
import type { Baseline } from '../../gates/baseline';
import type { TargetName, Tier } from '../../gates/vocabulary';
import { type BaselineAsked, findBaseline } from '../../pipeline/baseline';
import { buildRelease } from '../../pipeline/build';
import { commitOf } from '../../pipeline/commit';
import { ConfigurationError } from '../../pipeline/errors';
import { type Judged, recordRun } from '../../pipeline/judge-run';
import { keepRelease } from '../../pipeline/keep-release';
import { metricSettings } from '../../pipeline/settings';
import { keptState } from '../../pipeline/workspace';
import { attachedTwinTarget } from '../../targets/attached-twin';
import { DeployFailedError, type ReleasePackage, type Target, type TierDescription } from '../../targets/target';
import { openAws } from '../aws-session';
import { builtRelease } from '../built-release';
import type { CommandContext } from '../context';
import type { LoadedPolicy } from '../policy-file';
import { progressTo } from '../progress';
import { openTwin, toolsOf } from '../twin-session';
import { readTwinState, type TwinState } from '../twin-state';

/** What a gate judges, and where its outcome goes. */
export interface GateRun {
  readonly target: Target;
  k6(): string;
  readonly release: ReleasePackage;
  /** Puts the release onto the tier where it is ours to put, and describes it. */
  deploy(): Promise<TierDescription>;
  saveLogs(out: string): Promise<void>;
  /** What the release is compared with, by the ledger, where that is ours to read. */
  baselineFor(asked: BaselineAsked): Promise<Baseline | null>;
  /** Keeps the outcome and the release where they are ours to keep, so that `promote` finds them. */
  record(judged: Judged): Promise<void>;
  close(): Promise<void>;
}

export interface GateRequest {
  readonly target: TargetName;
  readonly tier: Tier;
  readonly release?: string;
  readonly assembly?: string;
  readonly expect?: string;
  /** Only metrics are read: nothing is deployed. */
  readonly collecting: boolean;
}

/** @throws ConfigurationError when there is nothing that could be judged as it was asked for */
export async function openRun(context: CommandContext, policy: LoadedPolicy, request: GateRequest): Promise<GateRun> {
  if (request.target === 'aws') return onAws(context, policy, request);
  const running = await readTwinState(context.stateDirectory());
  if (running !== null) return onRunningTwin(context, request, running);
  if (request.collecting) throw new ConfigurationError('--collect-only reads a running twin, and none is running');
  if (request.tier === 'production') {
    throw new ConfigurationError(
      'production is reached by a promotion, not by a gate: run `tidegate pipeline`, or judge a running twin (`tidegate twin up`)',
    );
  }
  return onOwnTwin(context, policy, request);
}

const NOTHING = async (): Promise<void> => undefined;

async function onRunningTwin(context: CommandContext, { tier, release }: GateRequest, running: TwinState): Promise<GateRun> {
  if (release !== undefined)
    throw new ConfigurationError('a twin is running: it is judged as it stands; end it with `tidegate twin down` to give --release');
  const target = attachedTwinTarget(running);
  const described = await serving(target, tier, 'running twin', await commitOf(context.root));
  const k6 = () => toolsOf(context.home).k6.path;
  const kept = keptState(context.stateDirectory());
  return {
    target,
    k6,
    release: described,
    deploy: () => target.describe(tier),
    saveLogs: NOTHING,
    baselineFor: (asked) => findBaseline(kept, asked, progressTo(context.stderr)),
    record: NOTHING,
    close: NOTHING,
  };
}

async function onOwnTwin(context: CommandContext, { policy }: LoadedPolicy, request: GateRequest): Promise<GateRun> {
  const { tier } = request;
  const { target, tools, workspace, close } = await openTwin(context, metricSettings(policy, 'twin').periodMs);
  try {
    const release = await buildRelease({
      root: context.root,
      entry: request.release ?? policy.release.entry,
      environment: policy.release.env ?? {},
      directory: join(workspace.directory, 'packages'),
    });
    return {
      target,
      k6: () => tools.k6.path,
      release,
      deploy: () => target.deploy(tier, release),
      saveLogs: (out) => target.saveLogs(tier, join(out, REPORT_FILES.logs, tier)),
      baselineFor: (asked) => findBaseline(workspace, asked, progressTo(context.stderr)),
      async record(judged) {
        await keepRelease(workspace, release);
        await recordRun(workspace, judged);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The tier as it stands: what serves there must be the assembly, if one is given. */
async function onAws(context: CommandContext, { policy }: LoadedPolicy, { tier, assembly, expect }: GateRequest): Promise<GateRun> {
  const built = assembly === undefined ? null : await builtRelease(resolve(context.root, assembly), expect);
  const { target, k6, close } = await openAws(context, policy);
  try {
    // Whoever deployed it knows the commit; the one that is checked out here may be another.
    const release = built ?? (await serving(target, tier, `${tier} on AWS`, 'unknown'));
    return {
      target,
      k6,
      release,
      async deploy() {
        const description = await target.describe(tier);
        if (description.servingDigest === release.packageDigest && (built === null || description.assemblyDigest === release.digest))
          return description;
        throw new DeployFailedError(
          `${tier} serves package ${description.servingDigest} of assembly ${description.assemblyDigest ?? 'none'}, not ${release.packageDigest} of ${release.digest}: deploy it first.`,
        );
      },
      saveLogs: (out) => target.saveLogs(tier, join(out, REPORT_FILES.logs, tier)),
      // What qualifies may only read metrics: `record` reads and writes the ledger with other rights.
      baselineFor: async () => null,
      record: NOTHING,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A release that somebody else deployed, by what the platform says of it. */
async function serving(target: Target, tier: Tier, entry: string, commit: string): Promise<ReleasePackage> {
  const { servingDigest, assemblyDigest } = await target.describe(tier);
  return {
    digest: assemblyDigest ?? servingDigest,
    packageDigest: servingDigest,
    zipPath: '',
    assembly: assemblyDigest === null ? null : { digest: assemblyDigest, directory: '' },
    entry,
    commit,
    environment: {},
  };
}
