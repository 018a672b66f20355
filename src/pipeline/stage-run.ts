import { AwsError } from '../aws/failure';
import { type ReadOutcome, readSeries } from '../evidence/cloudwatch/read';
import type { LoadResult } from '../evidence/k6/load-evidence';
import { queriesFor } from '../gates/collect';
import type { Series, StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import type { ResolvedStage } from '../gates/policy/resolve';
import type { ReasonCode } from '../gates/reasons';
import type { Tier } from '../gates/vocabulary';
import type { Health, Target, TierDescription } from '../targets/target';
import { iso } from './clock';
import type { ProgressListener } from './events';
import type { MetricSettings } from './settings';
import type { StageWindows } from './stage-windows';

/** One stage on one tier: what is run, where, and who is told. */
export interface StageRun {
  readonly target: Target;
  readonly tier: Tier;
  /** The tier as it is judged: in a canary `identity.version` is the new version. */
  readonly description: TierDescription;
  readonly stage: ResolvedStage;
  readonly settings: MetricSettings;
  readonly attempt: number;
  /** When the last thing that moved connections ended, epoch milliseconds: the load before this stage. 0 without one. */
  readonly quietSince: number;
  readonly k6: string;
  /** Where the stage's script is found. */
  readonly root: string;
  /** Where k6's own output goes. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly listener: ProgressListener;
  /** Whether what is measured is still intact; default: the tier's own health. */
  readonly health?: (() => Promise<Health>) | undefined;
  /** What the load is looked at with while it runs; null or absent: never. */
  readonly looks?: { readonly policy: Policy; readonly earlier: readonly StageEvidence[] } | null | undefined;
  /** Whether the stage took the cache's primary away: another one is expected then. Default: no. */
  readonly primaryLost?: boolean | undefined;
  /** Called when the load begins: a place to inject faults. */
  readonly onLoad?:
    | ((load: { readonly stage: ResolvedStage; readonly startAt: number; readonly k6Pid: number | null }) => void)
    | undefined;
}

export interface Fault {
  readonly reason: ReasonCode;
  readonly detail: string;
}

/** What would make good metrics meaningless: a tier that broke, that somebody deployed to, or whose cache nodes changed or failed over. */
export async function brokenTier(run: StageRun): Promise<Fault | null> {
  try {
    return await broken(run);
  } catch (error) {
    if (error instanceof AwsError) return { reason: 'target-failed', detail: error.message };
    throw error;
  }
}

async function broken(run: StageRun): Promise<Fault | null> {
  const health = await healthOf(run)();
  if (!health.ok) return { reason: 'target-failed', detail: health.detail };
  // No gate of a canary reads the nodes, and a tier that is being shifted is described by its shift.
  if (run.stage.name === 'canary') return null;
  const now = await run.target.describe(run.tier);
  const deployed = ({ identity, servingDigest, assemblyDigest }: TierDescription) =>
    `version ${identity.version} of package ${servingDigest}, assembly ${assemblyDigest ?? 'none'}`;
  if (deployed(now) !== deployed(run.description)) {
    const detail = `the tier was changed while it was measured: it served ${deployed(run.description)}, now ${deployed(now)}`;
    return { reason: 'target-failed', detail };
  }
  return changedNodes(run.description.identity.nodes, now.identity.nodes, run.primaryLost === true);
}

type Nodes = TierDescription['identity']['nodes'];

/** @param failedOver whether the stage took the primary away: then the same nodes must be there with another primary */
function changedNodes(before: Nodes, after: Nodes, failedOver: boolean): Fault | null {
  const sorted = (nodes: Nodes, text: (node: Nodes[number]) => string) => nodes.map(text).toSorted().join(', ');
  const inWords = (nodes: Nodes) => sorted(nodes, ({ cacheClusterId, role }) => `${cacheClusterId} (${role})`);
  const ids = (nodes: Nodes) => sorted(nodes, ({ cacheClusterId }) => cacheClusterId);
  const primaries = after.filter(({ role }) => role === 'primary');
  const another = before.some(({ cacheClusterId, role }) => role === 'replica' && cacheClusterId === primaries[0]?.cacheClusterId);
  const asExpected = failedOver ? ids(before) === ids(after) && primaries.length === 1 && another : inWords(before) === inWords(after);
  if (asExpected) return null;
  const expected = failedOver ? '; the failover was to make another of them the primary and change nothing else' : '';
  return { reason: 'node-set-changed', detail: `the cache nodes were ${inWords(before)} and are ${inWords(after)}${expected}` };
}

export function healthOf(run: StageRun): () => Promise<Health> {
  return run.health ?? (() => run.target.health(run.tier));
}

/** The evidence names the reservation that held while the load ran, not the one of the deployment. */
export async function withReservation(run: StageRun): Promise<StageRun> {
  const wanted = run.stage.reservedConcurrency;
  if (wanted === null) return run;
  const reservedConcurrency = await run.target.setReservedConcurrency(run.tier, wanted);
  const { description } = run;
  return { ...run, description: { ...description, identity: { ...description.identity, reservedConcurrency } } };
}

/** The stage's series from `startMs` up to `endMs`, epoch milliseconds. */
export function read(run: StageRun, startMs: number, endMs: number, signal: AbortSignal): Promise<ReadOutcome> {
  return readSeries({
    client: run.target.cloudWatch,
    queries: queriesFor(run.stage.gates, run.stage.name, run.description.identity),
    periodSeconds: run.settings.periodMs / 1000,
    window: { startMs, endMs },
    signal,
  });
}

/** What a stage leaves; `loaded` is null when nothing was sent by us. */
export function evidenceOf(
  run: StageRun,
  windows: Pick<StageWindows, 'window' | 'judged' | 'after'>,
  loaded: LoadResult | null,
  series: readonly Series[],
  fault: Fault | null,
  stopped: StageEvidence['stopped'] | null = null,
): StageEvidence {
  return {
    name: run.stage.name,
    tier: run.tier,
    attempt: run.attempt,
    identity: { ...run.description.identity, nodes: [...run.description.identity.nodes] },
    periodSeconds: run.settings.periodMs / 1000,
    deployedAt: iso(run.description.deployedAt.getTime()),
    plan: run.stage.plan,
    ...(loaded === null ? {} : { script: { path: run.stage.script } }),
    window: windows.window,
    judged: windows.judged,
    after: windows.after,
    load: loaded?.load ?? null,
    series: [...(loaded?.series ?? []), ...series],
    ...(stopped === null ? {} : { stopped }),
    fault,
  };
}
