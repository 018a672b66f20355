import { readFileSync } from 'node:fs';
import path from 'node:path';
import { queriesFor } from '../../src/gates/collect';
import type { Evidence, Series, StageEvidence, TierIdentity } from '../../src/gates/evidence-schema';
import { plannedDurationMs } from '../../src/gates/load-plan';
import { parsePolicy } from '../../src/gates/policy/parse';
import type { Policy } from '../../src/gates/policy/policy';
import { formatProblems } from '../../src/gates/policy/problems';
import { resolveStage, stagesOf } from '../../src/gates/policy/resolve';
import type { ProfileName, StageName, TargetName } from '../../src/gates/vocabulary';
import { type Behaviour, clientSeries, cloudWatchSeries, GOOD, loadOf, PERIOD_MS, statusesOf } from './behaviour';

export { type Behaviour, CONTROL, GOOD, PERIOD_MS } from './behaviour';

/** Before everything that the builders make up. */
export const NOW = new Date('2026-11-24T10:00:00Z');

export const POLICY_FILE = '.github/gates.yaml';
export const policyText = (): string => readFileSync(path.join(__dirname, '../../.github/gates.yaml'), 'utf8');

/** The shipped policy, or an edited text of it. @throws Error with the problems of a policy that is refused */
export function policyOf(text = policyText()): { policy: Policy; digest: string } {
  const parsed = parsePolicy(text, POLICY_FILE, NOW);
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed;
}

export const IDENTITY: TierIdentity = {
  apiId: 'api1',
  apiStage: '$default',
  functionName: 'check-in',
  alias: 'live',
  version: '2',
  previousVersion: '1',
  nodes: [
    { cacheClusterId: 'cache-001', cacheNodeId: '0001', role: 'primary' },
    { cacheClusterId: 'cache-002', cacheNodeId: '0001', role: 'replica' },
  ],
  monitoringConnectionsPerNode: 1,
  reservedConcurrency: 10,
};

export interface BuildOptions {
  readonly policy?: Policy;
  readonly profile?: ProfileName;
  /** Default: the policy's stages without the canary, as staging sees them. */
  readonly stages?: readonly StageName[];
  readonly planned?: readonly StageName[];
  readonly target?: TargetName;
  readonly periodMs?: number;
  /** Applies to every stage. */
  readonly all?: Partial<Behaviour>;
  /** Applies to one stage, over `all`. */
  readonly only?: Readonly<Partial<Record<StageName, Partial<Behaviour>>>>;
}

/** Evidence of a whole run under the shipped policy; a good release unless told otherwise. */
export function buildEvidence(options: BuildOptions = {}): Evidence {
  const policy = options.policy ?? policyOf().policy;
  const profile = options.profile ?? 'quick';
  const names = options.stages ?? stagesOf(policy, profile).filter((name) => name !== 'canary');
  const stages: StageEvidence[] = [];
  const periodMs = options.periodMs ?? PERIOD_MS;
  let start = NOW.getTime() + 8 * periodMs;
  for (const name of names) {
    const stage = buildStage(
      name,
      { ...GOOD, ...options.all, ...options.only?.[name] },
      { policy, profile, start, periodMs, cold: name === 'smoke' },
    );
    stages.push(stage);
    start = Date.parse(stage.after?.end ?? stage.window.end) + 6 * periodMs;
  }
  return {
    schemaVersion: 1,
    toolVersion: '0.1.0',
    target: options.target ?? 'twin',
    profile,
    release: {
      entry: 'src/api/handler.ts',
      commit: 'abc1234',
      digest: `sha256:${'a'.repeat(64)}`,
      packageDigest: `sha256:${'a'.repeat(64)}`,
      assemblyDigest: null,
    },
    startedAt: NOW.toISOString(),
    finishedAt: new Date(start).toISOString(),
    plannedStages: [...(options.planned ?? names)],
    stages,
    scale: null,
  };
}

interface Place {
  readonly policy: Policy;
  readonly profile: ProfileName;
  readonly start: number;
  readonly periodMs?: number;
  /** Whether nobody had asked the release for anything before it; default false. */
  readonly cold?: boolean;
}

/** Evidence of one stage that starts at `start` (epoch ms on the grid of its periods). */
export function buildStage(
  name: StageName,
  behaviour: Behaviour,
  { policy, profile, start, periodMs = PERIOD_MS, cold = false }: Place,
): StageEvidence {
  const resolved = resolveStage(policy, name, profile);
  if (!resolved.ok) throw new Error(resolved.problem);
  const { plan, observeAfterMs, reservedConcurrency, gates } = resolved.value;
  const end = start + plannedDurationMs(plan);
  const iso = (at: number) => new Date(at).toISOString();
  const coldUntil = cold ? start - (plan.warm > 0 ? periodMs : 0) : 0;
  const span = { start, end, until: end + observeAfterMs, plan, periodMs, coldUntil };
  const cloudWatch = queriesFor(gates, name, IDENTITY).map(({ metric, dimensions }) =>
    cloudWatchSeries(metric, dimensions, behaviour, span),
  );
  const load = { ...loadOf(behaviour, plan), ...behaviour.load };
  const stage: StageEvidence = {
    name,
    tier: name === 'canary' ? 'production' : 'staging',
    attempt: 1,
    identity: { ...IDENTITY, reservedConcurrency: reservedConcurrency ?? IDENTITY.reservedConcurrency },
    periodSeconds: periodMs / 1000,
    deployedAt: NOW.toISOString(),
    plan,
    window: { start: iso(start), end: iso(end) },
    judged: { start: iso(start + plan.judgedFromMs), end: iso(start + plan.judgedToMs) },
    after: observeAfterMs > 0 ? { start: iso(end), end: iso(span.until) } : null,
    load,
    series: [...cloudWatch, ...clientSeries(behaviour, load, span)],
    fault: null,
  };
  return behaviour.edit(stage);
}

/** Changes the series of one metric. */
export function editSeries(stage: StageEvidence, metric: string, edit: (series: Series) => Series | null): StageEvidence {
  return {
    ...stage,
    series: stage.series.flatMap((series) => {
      if (series.metric !== metric) return [series];
      const edited = edit(series);
      return edited === null ? [] : [edited];
    }),
  };
}

/**
 * After an edit of k6's seconds: the counts that agree with them, as all come from the same lines. Requests that are in no second any more
 * are those of a setup before the load.
 */
export function recounted(stage: StageEvidence): StageEvidence {
  const { load } = stage;
  if (load === null) return stage;
  const [from, to] = [Date.parse(stage.judged.start), Date.parse(stage.judged.end)];
  const points = (metric: string, route?: string) =>
    stage.series.flatMap((each) => (each.metric === metric && [undefined, each.dimensions['route']].includes(route) ? each.points : []));
  const sum = (all: Series['points']) => all.reduce((total, [, value]) => total + value, 0);
  const counted = (metric: string, route: string) => sum(points(metric, route).filter(([at]) => at >= from && at < to));
  const judged = load.judged.map((each) => ({
    ...each,
    requests: counted('client.requests', each.route),
    failed: counted('client.failed', each.route),
    checksFailed: counted('client.checksFailed', each.route),
  }));
  const [failed, checksFailed] = [sum(points('client.failed')), sum(points('client.checksFailed'))];
  const before = load.requests - sum(points('client.requests'));
  const setUp = stage.series.find(({ metric }) => metric === 'client.requests');
  const series = stage.series.map((each): Series => {
    if (each !== setUp || before === 0) return each;
    return { ...each, points: [[Date.parse(stage.window.start) - 1000, before], ...each.points] };
  });
  return { ...stage, series, load: { ...load, failed, checksFailed, statuses: statusesOf(load.requests, failed), judged } };
}
