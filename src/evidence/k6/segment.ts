/** The share of one of several generators: a k6 execution segment. */
export interface Segment {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Segment = { index: 1, of: 1 };

/** Every generator's share. @param generators 1 or more */
export function segmentsOf(generators: number): readonly Segment[] {
  return Array.from({ length: generators }, (_, index) => ({ index: index + 1, of: generators }));
}

/** `2/4`; null when it is none. */
export function readSegment(text: string): Segment | null {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= of ? { index, of } : null;
}

/** E.g. `generator 2 of 4`. */
export function generatorName({ index, of }: Segment): string {
  return `generator ${index} of ${of}`;
}

/**
 * The options with which k6 runs this share and numbers its iterations as the whole plan does (k6 v2.2.0: measured, see
 * docs/load-generators.md). Without the sequence each generator would stripe the load in a way of its own.
 */
export function segmentArguments({ index, of }: Segment): readonly string[] {
  if (of === 1) return [];
  const edge = (at: number): string => (at === 0 || at === of ? String(at / of) : `${at}/${of}`);
  const edges = Array.from({ length: of + 1 }, (_, at) => edge(at));
  return [`--execution-segment=${edge(index - 1)}:${edge(index)}`, `--execution-segment-sequence=${edges.join(',')}`];
}
