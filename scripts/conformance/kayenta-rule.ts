import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { shiftInterval } from '../../src/gates/stats/mann-whitney';
import type { ClassifierVector } from './shapes/judge-vectors';

/** What Kayenta's judge says of a metric, restated from its documents and tests (commit a69573b). */
export interface Classified {
  readonly classification: 'High' | 'Low' | 'Pass' | 'Nodata' | 'NodataFailMetric';
  readonly critical: boolean;
  readonly deviation: number;
}

export function kayentaRule(vector: ClassifierVector): Classified {
  const { isCriticalMetric: critical, direction, nanStrategy } = vector;
  const [experiment, control] = [vector.experiment, vector.control].map((values) => cleaned(values, nanStrategy)) as [number[], number[]];
  if (experiment.length === 0 || control.length === 0) {
    if (nanStrategy === 'replace') return { classification: 'Pass', critical: false, deviation: 1 };
    const classification = (vector.isDataRequired || vector.mustHaveData) && !critical ? 'NodataFailMetric' : 'Nodata';
    return { classification, critical, deviation: 1 };
  }
  const size = effectSize(vector.effectSizeMeasure, experiment, control);
  const pass = { classification: 'Pass', critical: false, deviation: Number.isNaN(size) ? 1 : size } as const;
  const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b).join();
  if (sorted(experiment) === sorted(control) || new Set([...experiment, ...control]).size === 1) return { ...pass, deviation: 1 };
  const side = vector.judge === 'meanInequality' ? bySize(mean(experiment) - mean(control)) : bySignificance(vector, experiment, control);
  if (side === 'Pass' || (direction !== 'either' && direction !== (side === 'High' ? 'increase' : 'decrease'))) return pass;
  const beyond = ([low, high]: readonly [number, number]) => Number.isNaN(size) || (side === 'High' ? size >= high : size <= low);
  if (vector.judge === 'meanInequality') return { ...pass, classification: side };
  if (critical && beyond(vector.criticalThresholds)) return { ...pass, classification: side, critical: true };
  return beyond(vector.effectSizeThresholds) ? { ...pass, classification: side } : pass;
}

/** The interval of the shift must lie beyond a share of the shift itself. */
export function bySignificance({ confLevel, tolerance }: ClassifierVector, experiment: readonly number[], control: readonly number[]) {
  const { shift, low, high } = shiftInterval(experiment, control, confLevel);
  const within = tolerance * Math.abs(shift);
  return low > within ? 'High' : high < -within ? 'Low' : 'Pass';
}

const bySize = (difference: number) => (difference > 0 ? 'High' : difference < 0 ? 'Low' : 'Pass');

/** Mean ratio, or the common language effect size of McGraw and Wong (1992); NaN, which counts as none, where it is undefined. */
export function effectSize(
  measure: ClassifierVector['effectSizeMeasure'],
  experiment: readonly number[],
  control: readonly number[],
): number {
  if (measure === 'meanRatio') return mean(control) === 0 ? Number.NaN : mean(experiment) / mean(control);
  return normalCdf((mean(experiment) - mean(control)) / Math.sqrt(variance(experiment) + variance(control)), 0, 1);
}

function cleaned(values: readonly number[], strategy: ClassifierVector['nanStrategy']): number[] {
  return strategy === 'remove' ? values.filter((value) => !Number.isNaN(value)) : values.map((value) => (Number.isNaN(value) ? 0 : value));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
