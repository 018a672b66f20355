import type { StageEvidence } from '../gates/evidence-schema';
import type { Assumptions } from './assumptions';
import { below, type Random } from './random';

/** The run as it is read when one metric of CloudWatch is late or was never published; as it is where neither is assumed. */
export function withoutOne(stages: readonly StageEvidence[], { late, missing }: Assumptions, random: Random): readonly StageEvidence[] {
  if (!late && !missing) return stages;
  // Metrics that a healthy run has datapoints of: an error that nobody made is no datapoint either.
  const published = stages.flatMap((stage, at) =>
    stage.series.flatMap(({ source, points }, index) => (source === 'cloudwatch' && points.length > 0 ? [{ at, index }] : [])),
  );
  const lost = published[below(random, published.length)];
  return stages.map((stage, at) => {
    const judgedTo = Date.parse(stage.judged.end);
    const lastUnderLoad = judgedTo - stage.periodSeconds * 1000;
    const series = stage.series.map((each, index) => {
      if (at !== lost?.at || index !== lost.index) return each;
      return { ...each, points: missing ? [] : each.points.filter(([time]) => time < lastUnderLoad) };
    });
    return { ...stage, series };
  });
}
