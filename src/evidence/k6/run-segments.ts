import type { LoadResult } from './load-evidence';
import { mergeParts } from './merge';
import type { LoadPart } from './part';
import { progressOf } from './progress';
import { type LoadRequest, runLoad, runPart, tallyFor } from './run-load';
import { segmentsOf } from './segment';

export interface SegmentsRequest extends Omit<LoadRequest, 'segment'> {
  /** k6 processes that share the plan on this machine. */
  readonly generators: number;
}

/**
 * Runs a load by several k6 processes on this machine and merges what they counted, as `runLoad` runs it by one.
 * When one of them fails the others are ended: what they would still send is not the planned load.
 */
export async function runSegments({ generators, ...request }: SegmentsRequest): Promise<LoadResult> {
  if (generators === 1) return runLoad(request);
  const failure = new AbortController();
  const signal = AbortSignal.any([request.signal, failure.signal]);
  const shares = segmentsOf(generators).map((segment) => {
    const share: LoadRequest = { ...request, signal, segment, onProgress: () => undefined };
    return { share, tally: tallyFor(share) };
  });
  const now = request.now ?? Date.now;
  const tallies = shares.map(({ tally }) => tally);
  const tick = setInterval(() => request.onProgress?.(progressOf(tallies, request.startAt, now())), 1000);
  const peeks: (() => LoadPart)[] = [];
  const onCounting = (peek: () => LoadPart) => {
    // Some generators' counts are not the load's.
    if (peeks.push(peek) === generators)
      request.onCounting?.((cut) =>
        mergeParts(
          peeks.map((each) => each()),
          cut,
        ),
      );
  };
  const parts = shares.map(async ({ share, tally }): Promise<LoadPart> => {
    try {
      const part = await runPart(share, tally, onCounting);
      if (part.outcome === 'failed') failure.abort();
      return part;
    } catch (error) {
      failure.abort();
      throw error;
    }
  });
  // Settled and not raced: a full disk must not leave another generator behind.
  await Promise.allSettled(parts);
  clearInterval(tick);
  return mergeParts(await Promise.all(parts), request.cut?.());
}
