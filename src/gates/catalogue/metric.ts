import type { StageEvidence, TierIdentity } from '../evidence-schema';
import type { StageName } from '../vocabulary';

export type Dimensions = Readonly<Record<string, string>>;

/**
 * What a metric's values are:
 * count: occurrences per period, summed over a window; gauge: a level, its highest value counts;
 * latency: a percentile per period, the worst period counts (percentiles are never averaged).
 */
export type MetricKind = 'count' | 'gauge' | 'latency';

/** One metric that a policy may name. */
export interface Metric {
  readonly name: string;
  /** What it is, in the words of a report. */
  readonly what: string;
  readonly source: 'cloudwatch' | 'k6';
  /** The metric whose raw series this one is computed from; null when it has series of its own. */
  readonly from: string | null;
  readonly namespace: string;
  readonly metricName: string;
  /** The name in CloudWatch ends in a hyphen and the function's name, because no dimension tells functions apart. */
  readonly namedByFunction: boolean;
  readonly statistic: string;
  readonly kind: MetricKind;
  /** CloudWatch's (or k6's) unit, as series carry it. */
  readonly sourceUnit: string;
  /** The unit that limits and values have in policy and report. */
  readonly unit: 'count' | 'ms' | 'fraction' | 'MB';
  /** Factor from the source's unit to ours. */
  readonly scale: number;
  /** One set per series to query; the k6 metrics have none, their series are one per route. */
  readonly dimensions: (identity: TierIdentity, version: string | null) => readonly Dimensions[];
  /**
   * A period without a datapoint: unknown, or zero where the named heartbeat has a datapoint. Zero only for what its source may leave
   * out when nothing was counted, and there only while the series itself reports no zeros.
   */
  readonly absent: 'unknown' | { readonly zeroWhere: string };
  /** A healthy run may leave no datapoint of it in the judged window; of any other metric silence means a wrong query, never zero. */
  readonly mayBeSilent: boolean;
  /** This metric's occurrences are counted within that metric's: the quotient is a proportion. */
  readonly within: string | null;
  /** AWS can split it by function version: a canary gate may name it. */
  readonly byVersion: boolean;
  /** A gate on it may fail even when the load was not applied as planned. */
  readonly independentOfLoad: boolean;
  /** Its own rate before the load (the cache's own clients) is subtracted. */
  readonly subtractFloor: boolean;
  /** Where the definition comes from. */
  readonly basis: string;
}

const DEFAULTS = {
  source: 'cloudwatch',
  from: null,
  namedByFunction: false,
  unit: 'count',
  sourceUnit: 'Count',
  scale: 1,
  absent: 'unknown',
  mayBeSilent: false,
  within: null,
  byVersion: false,
  independentOfLoad: false,
  subtractFloor: false,
} as const satisfies Partial<Metric>;

type Required = 'name' | 'what' | 'namespace' | 'metricName' | 'statistic' | 'kind' | 'dimensions' | 'basis';

/** Fills what most metrics share. */
export function metric(definition: Pick<Metric, Required> & Partial<Metric>): Metric {
  return { ...DEFAULTS, ...definition };
}

/** The metric under the name that it has in CloudWatch for one tier. */
export function inTier(definition: Metric, { functionName }: Pick<TierIdentity, 'functionName'>): Metric {
  return definition.namedByFunction ? { ...definition, metricName: `${definition.metricName}-${functionName}` } : definition;
}

/** The version that a by-version series is queried for: the new one in a canary, none (the whole alias) elsewhere. */
export function judgedVersion(stage: StageName, identity: TierIdentity): string | null {
  return stage === 'canary' ? identity.version : null;
}

/** The dimension sets of a metric for the version that the stage judges. */
export function judgedDimensions(definition: Metric, stage: Pick<StageEvidence, 'name' | 'identity'>): readonly Dimensions[] {
  return definition.dimensions(stage.identity, definition.byVersion ? judgedVersion(stage.name, stage.identity) : null);
}
