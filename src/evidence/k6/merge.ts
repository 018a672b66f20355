import { isDeepStrictEqual } from 'node:util';
import { formatDuration } from '../../gates/format';
import { type LoadResult, loadEvidenceOf, type Outcome } from './load-evidence';
import { type LoadCut, spanOf } from './load-span';
import { addInto } from './log-histogram';
import { addPart, type LoadPart } from './part';
import { boundRoutes } from './route-counts';
import { generatorName } from './segment';
import { seriesOf } from './series';
import type { LoadSummary } from './summary';
import { noCounts } from './tally';

/** A part's counts go by its machine's clock: clocks that differ by more do not show one load. `Date` has whole seconds. */
const MAX_CLOCK_DIFFERENCE_MS = 2000;

/**
 * One load from the parts of its generators: counts are sums, percentiles come from merged histograms.
 * A generator that failed, or that gave no part, fails the whole: then the planned load was not applied.
 * @param cut where the load ended when that was before its plan did
 * @throws Error when there is no part, or when parts are not of one load (`contradictionsIn`)
 */
export function mergeParts(parts: readonly LoadPart[], cut: LoadCut | null = null): LoadResult {
  const ordered = parts.toSorted((a, b) => a.segment.index - b.segment.index);
  const [first] = ordered;
  if (first === undefined) throw new Error('there is no part of a load to merge');
  const contradictions = contradictionsIn(ordered.map((part) => ({ name: generatorName(part.segment), part })));
  if (contradictions.length > 0) throw new Error(contradictions.join('; '));
  const counts = noCounts();
  const lag = new Map<number, number>();
  const bounded = boundRoutes();
  for (const part of ordered) {
    addPart(counts, part, bounded);
    addInto(lag, new Map(part.lag));
  }
  const pressures = ordered.flatMap(({ cpuPressure }) => (cpuPressure === null ? [] : [cpuPressure]));
  const outcome = outcomeOfAll(ordered, first.segment.of);
  const load = loadEvidenceOf({
    // A load that had ended by itself when it was told to stop is whole.
    span: spanOf(counts, first.plan, first.startAt, outcome.outcome === 'stopped' ? cut : null),
    counts,
    lag,
    outcome,
    k6Version: ordered.find(isKnownVersion)?.k6Version ?? first.k6Version,
    cpuPressure: pressures.length === 0 ? null : Math.max(...pressures),
    summary: summaryOfAll(ordered),
  });
  return { ...outcome, series: seriesOf(counts, first.startAt), load };
}

export interface NamedPart {
  /** What a person knows it by, e.g. its file. */
  readonly name: string;
  readonly part: LoadPart;
}

/** @returns a sentence, without its full stop, for each part that is not of the same load as the first one or is there twice. */
export function contradictionsIn(parts: readonly NamedPart[]): readonly string[] {
  const [first] = parts;
  const version = parts.find(({ part }) => isKnownVersion(part));
  return parts.flatMap(({ name, part }, at) => {
    const twin = parts.slice(0, at).find(({ part: { segment } }) => segment.index === part.segment.index);
    if (first === undefined || at === 0) return [];
    const { plan, startAt, segment } = first.part;
    if (part.segment.of !== segment.of) return [`${name} is one of ${part.segment.of}, ${first.name} is one of ${segment.of}`];
    if (!isDeepStrictEqual(part.plan, plan)) return [`${name} has another plan than ${first.name}`];
    if (part.startAt !== startAt) return [`${name} began at ${iso(part.startAt)}, ${first.name} at ${iso(startAt)}`];
    if (version !== undefined && isKnownVersion(part) && part.k6Version !== version.part.k6Version)
      return [`${name} is by k6 ${part.k6Version}, ${version.name} by k6 ${version.part.k6Version}`];
    return twin === undefined ? [] : [`${name} is ${generatorName(part.segment)}, and so is ${twin.name}`];
  });
}

/** A k6 that could not be asked has no version. */
function isKnownVersion({ k6Version }: LoadPart): boolean {
  return k6Version !== 'unknown';
}

/** The worst of all. The sentence names the generators that it is about. */
function outcomeOfAll(parts: readonly LoadPart[], generators: number): Outcome {
  const failed = parts.filter(({ outcome }) => outcome === 'failed');
  const stopped = parts.find(({ outcome }) => outcome === 'stopped');
  const present = new Set(parts.map(({ segment }) => segment.index));
  const missing = Array.from({ length: generators }, (_, at) => at + 1).filter((index) => !present.has(index));
  const problems = [
    ...failed.map(({ segment, detail }) => `${segment.of > 1 ? `${generatorName(segment)}: ` : ''}${detail ?? 'failed'}`),
    ...missing.map((index) => `${generatorName({ index, of: generators })} gave no result`),
    ...clockProblems(parts),
  ];
  if (problems.length > 0) return { outcome: 'failed', exitCode: failed[0]?.exitCode ?? null, detail: problems.join('; ') };
  if (stopped !== undefined) return { outcome: 'stopped', exitCode: stopped.exitCode, detail: stopped.detail };
  // A crossed threshold of k6's own (99) must not hide behind a generator without one.
  return { outcome: 'completed', exitCode: parts.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0, detail: null };
}

function clockProblems(parts: readonly LoadPart[]): readonly string[] {
  const known = parts.flatMap(({ segment, clockAheadMs }) => (clockAheadMs === null ? [] : [{ segment, clockAheadMs }]));
  const [slowest, ...others] = known.toSorted((a, b) => a.clockAheadMs - b.clockAheadMs);
  const fastest = others.at(-1);
  if (slowest === undefined || fastest === undefined) return [];
  const difference = fastest.clockAheadMs - slowest.clockAheadMs;
  if (difference <= MAX_CLOCK_DIFFERENCE_MS) return [];
  return [
    `the clock of ${generatorName(fastest.segment)} is ${formatDuration(difference)} ahead of that of ${generatorName(slowest.segment)}`,
  ];
}

/** Totals of some generators are not the totals: null unless all have theirs. */
function summaryOfAll(parts: readonly LoadPart[]): LoadSummary | null {
  const all = parts.flatMap(({ summary }) => (summary === null ? [] : [summary]));
  if (all.length < parts.length) return null;
  const sum = (key: 'iterations' | 'requests' | 'dropped') => all.reduce((total, each) => total + each[key], 0);
  return {
    iterations: sum('iterations'),
    requests: sum('requests'),
    dropped: sum('dropped'),
    thresholdsFailed: [...new Set(all.flatMap(({ thresholdsFailed }) => thresholdsFailed))],
  };
}

const iso = (instant: number): string => new Date(instant).toISOString();
