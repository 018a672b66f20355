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
import { type Behaviour, clientSeries, cloudWatchSeries, GOOD, loadOf, PERIOD_MS } from './behaviour';

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
    const stage = buildStage(name, { ...GOOD, ...options.all, ...options.only?.[name] }, { policy, profile, start, periodMs });
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
}

/** Evidence of one stage that starts at `start` (epoch ms on the grid of its periods). */
export function buildStage(name: StageName, behaviour: Behaviour, { policy, profile, start, periodMs = PERIOD_MS }: Place): StageEvidence {
  const resolved = resolveStage(policy, name, profile);
  if (!resolved.ok) throw new Error(resolved.problem);
  const { plan, observeAfterMs, gates } = resolved.value;
  const end = start + plannedDurationMs(plan);
  const iso = (at: number) => new Date(at).toISOString();
  const span = { start, end, until: end + observeAfterMs, plan, periodMs };
  const cloudWatch = queriesFor(gates, name, IDENTITY).map(({ metric, dimensions }) =>
    cloudWatchSeries(metric, dimensions, behaviour, span),
  );
  const load = { ...loadOf(behaviour, plan), ...behaviour.load };
  const stage: StageEvidence = {
    name,
    tier: name === 'canary' ? 'production' : 'staging',
    attempt: 1,
    identity: IDENTITY,
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

/** After an edit of k6's seconds: the counts of the judged window that agree with them, as both come from the same lines. */
export function recounted(stage: StageEvidence): StageEvidence {
  const [from, to] = [Date.parse(stage.judged.start), Date.parse(stage.judged.end)];
  const counted = (metric: string, route: string) =>
    stage.series
      .filter((series) => series.metric === metric && series.dimensions['route'] === route)
      .flatMap(({ points }) => points)
      .reduce((sum, [at, value]) => (at >= from && at < to ? sum + value : sum), 0);
  const judged = (stage.load?.judged ?? []).map((each) => ({
    ...each,
    requests: counted('client.requests', each.route),
    failed: counted('client.failed', each.route),
    checksFailed: counted('client.checksFailed', each.route),
  }));
  return { ...stage, load: stage.load && { ...stage.load, judged } };
}
