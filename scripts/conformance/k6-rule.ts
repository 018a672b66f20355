import { quantile } from '../../src/gates/stats/quantile';

/** What a k6 threshold is evaluated on. */
export type Sink =
  | { readonly kind: 'absent' }
  | { readonly kind: 'trend'; readonly times: readonly number[] }
  | { readonly kind: 'counter'; readonly count: number; readonly seconds: number };

export interface Threshold {
  readonly aggregate: string;
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly limit: number;
}

const THRESHOLD = /^(p\(\d+(?:\.\d+)?\)|[a-z]+)(<=|>=|<|>)(\d+(?:\.\d+)?)$/;

export function readThreshold(text: string): Threshold {
  const [, aggregate, operator, limit] = THRESHOLD.exec(text.replaceAll(' ', '')) ?? [];
  if (aggregate === undefined) throw new RangeError(`k6Thresholds: cannot read ${JSON.stringify(text)}`);
  return { aggregate, operator: operator as Threshold['operator'], limit: Number(limit) };
}

/** `absent`, `trend, no samples`, `trend 70,80,90`, `counter`, `counter 1234.5, duration 0`. */
export function readSink(text: string): Sink {
  if (text === 'absent') return { kind: 'absent' };
  if (text === 'trend, no samples') return { kind: 'trend', times: [] };
  const trend = /^trend ([\d.,\s]+)$/.exec(text);
  if (trend !== null) return { kind: 'trend', times: (trend[1] ?? '').split(',').map(Number) };
  const counter = /^counter(?: (\d+(?:\.\d+)?), duration (\d+(?:\.\d+)?)s?)?$/.exec(text);
  if (counter === null) throw new RangeError(`k6Thresholds: cannot read ${JSON.stringify(text)}`);
  return { kind: 'counter', count: Number(counter[1] ?? 0), seconds: Number(counter[2] ?? 0) };
}

/** k6's answer, restated from its tests (commit 8788307): what cannot be computed is nought or no crossed threshold. */
export function k6Holds(sink: Sink, { aggregate, operator, limit }: Threshold): boolean {
  if (sink.kind === 'absent') return true;
  const value = sink.kind === 'trend' ? ofTrend(sink.times, aggregate) : ofCounter(sink, aggregate);
  if (value === null) return true;
  return operator === '<' ? value < limit : operator === '<=' ? value <= limit : operator === '>' ? value > limit : value >= limit;
}

/** Whether there is anything that the threshold could be computed from. */
export function isSeen(sink: Sink, { aggregate }: Threshold): boolean {
  if (sink.kind === 'trend') return sink.times.length > 0 && ofTrend(sink.times, aggregate) !== null;
  return sink.kind === 'counter' && ['count', 'rate'].includes(aggregate) && sink.seconds > 0;
}

function ofTrend(times: readonly number[], aggregate: string): number | null {
  if (times.length === 0) return 0;
  const percent = /^p\((.+)\)$/.exec(aggregate)?.[1];
  if (percent !== undefined) return quantile(times, Number(percent) / 100);
  const sum = times.reduce((total, time) => total + time, 0);
  const values: Readonly<Record<string, number>> = {
    med: quantile(times, 0.5),
    min: Math.min(...times),
    max: Math.max(...times),
    avg: sum / times.length,
  };
  return values[aggregate] ?? null;
}

function ofCounter({ count, seconds }: Extract<Sink, { kind: 'counter' }>, aggregate: string): number | null {
  if (aggregate === 'count') return count;
  return aggregate === 'rate' ? (seconds > 0 ? count / seconds : 0) : null;
}
