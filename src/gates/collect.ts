import { CATALOGUE, type Dimensions, type Metric, metricNamed } from './catalogue';
import { inTier, judgedVersion } from './catalogue/metric';
import type { TierIdentity } from './evidence-schema';
import type { Gate } from './policy/gate';
import type { StageName } from './vocabulary';

/** What load validity, the floor and the count of environments need, whatever the gates are. */
const ALWAYS = ['api.requests', 'redis.connections', 'lambda.concurrency'];
/** What a canary needs besides: requests per version. */
const ALWAYS_IN_CANARY = ['lambda.invocations'];

/** One series to ask CloudWatch for. */
export interface SeriesQuery {
  readonly metric: Metric;
  readonly dimensions: Dimensions;
}

/**
 * The metrics with series of their own that must be collected to judge these gates: numerators, denominators, their
 * heartbeats, and what every stage needs. In catalogue order; k6's are included (`source: 'k6'`).
 */
export function metricsFor(gates: readonly Gate[]): readonly Metric[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const metric = metricNamed(name);
    if (metric.from !== null) add(metric.from);
    else if (!wanted.has(name)) {
      wanted.add(name);
      if (metric.absent !== 'unknown') add(metric.absent.zeroWhere);
    }
  };
  for (const name of ALWAYS) add(name);
  for (const { of } of gates) {
    add(of.numerator);
    if (of.denominator !== null) add(of.denominator);
  }
  return CATALOGUE.filter((metric) => wanted.has(metric.name));
}

/**
 * The CloudWatch series to collect for a stage's gates, one per node and, in a canary, per version (new, then previous).
 * A series that CloudWatch has no datapoint for must still appear in the evidence, with empty `points`.
 */
export function queriesFor(gates: readonly Gate[], stage: StageName, identity: TierIdentity): readonly SeriesQuery[] {
  const metrics = new Set(metricsFor(gates));
  if (stage === 'canary') for (const name of ALWAYS_IN_CANARY) metrics.add(metricNamed(name));
  const version = judgedVersion(stage, identity);
  // A release that changes infrastructure alone is the version before it.
  const versions = version === null ? [null] : [...new Set([version, identity.previousVersion ?? version])];
  return [...metrics]
    .filter((metric) => metric.source === 'cloudwatch')
    .flatMap((metric) =>
      (metric.byVersion ? versions : [null]).flatMap((each) =>
        metric.dimensions(identity, each).map((dimensions) => ({ metric: inTier(metric, identity), dimensions })),
      ),
    );
}
