import { type CloudWatchClient, GetMetricDataCommand, type GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import type { SeriesQuery } from '../../gates/collect';
import type { Series } from '../../gates/evidence-schema';
import { type Clock, systemClock } from '../clock';
import { collectAnswer } from './answer';
import { failureOf, type ReadFailure } from './failure';
import { type PlannedQuery, planQueries, toMetricDataQuery } from './queries';

export interface ReadRequest {
  readonly client: CloudWatchClient;
  readonly queries: readonly SeriesQuery[];
  readonly periodSeconds: number;
  /** [start, end) in epoch milliseconds; widened to whole periods. */
  readonly window: { readonly startMs: number; readonly endMs: number };
  readonly signal: AbortSignal;
  /** How long one call may take, milliseconds (default 10,000): an endpoint that never answers must not hold a run. */
  readonly callTimeoutMs?: number;
  readonly clock?: Clock;
}

export type ReadOutcome =
  | { readonly kind: 'read'; readonly series: Series[] }
  | { readonly kind: 'failed'; readonly reason: 'query-forbidden' | 'query-error'; readonly detail: string }
  | { readonly kind: 'aborted' };

/** Attempts of ours, after those of the SDK, with pauses of 0.25, 0.5 and 1 s. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;
/** A token that leads on for ever is an error of the service. */
const MAX_PAGES = 1000;

/**
 * Reads series with GetMetricData: every page, oldest first, with CloudWatch's own status per series.
 * Does not throw for anything that CloudWatch, the network or the credentials do: that is the outcome.
 */
export async function readSeries(request: ReadRequest): Promise<ReadOutcome> {
  const periodMs = request.periodSeconds * 1000;
  const window = {
    startMs: Math.floor(request.window.startMs / periodMs) * periodMs,
    endMs: Math.ceil(request.window.endMs / periodMs) * periodMs,
  };
  const series: Series[] = [];
  for (const queries of planQueries(request.queries)) {
    const answer = await readCall({ ...request, window }, queries);
    if (answer.kind !== 'read') return answer;
    series.push(...answer.series);
  }
  return { kind: 'read', series };
}

/**
 * A read that is given up after a time, milliseconds: an endpoint that never answers must not outlast a deadline.
 * @returns `aborted` only when the signal was; a read that was given up is a query-error.
 */
export async function readWithin(
  read: (signal: AbortSignal) => Promise<ReadOutcome>,
  signal: AbortSignal,
  milliseconds: number,
): Promise<ReadOutcome> {
  const outcome = await read(AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, milliseconds))]));
  if (signal.aborted) return { kind: 'aborted' };
  if (outcome.kind !== 'aborted') return outcome;
  return { kind: 'failed', reason: 'query-error', detail: 'CloudWatch did not answer before the deadline' };
}

/** One call with all of its pages. */
async function readCall(request: ReadRequest, queries: readonly PlannedQuery[]): Promise<ReadOutcome> {
  const collector = collectAnswer(queries, request.periodSeconds, request.window);
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await sendWithRetries(request, queries, token);
    if (answer.kind !== 'page') return answer;
    const { MetricDataResults = [], Messages = [], NextToken } = answer.output;
    collector.addPage(MetricDataResults, Messages);
    if (NextToken === undefined) return { kind: 'read', series: collector.series() };
    if (NextToken === token) break;
    token = NextToken;
  }
  return { kind: 'failed', reason: 'query-error', detail: 'CloudWatch answered with pages that do not end' };
}

type PageOutcome = { readonly kind: 'page'; readonly output: GetMetricDataCommandOutput } | Exclude<ReadOutcome, { kind: 'read' }>;

async function sendWithRetries(request: ReadRequest, queries: readonly PlannedQuery[], token: string | undefined): Promise<PageOutcome> {
  const clock = request.clock ?? systemClock;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { kind: 'page', output: await sendOnce(request, queries, token) };
    } catch (cause) {
      if (request.signal.aborted) return { kind: 'aborted' };
      const failure = failureOf(cause);
      if (failure.kind !== 'transient' || attempt === ATTEMPTS) return failedBy(failure, attempt);
    }
    await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), request.signal);
    if (request.signal.aborted) return { kind: 'aborted' };
  }
}

function sendOnce(request: ReadRequest, queries: readonly PlannedQuery[], token: string | undefined): Promise<GetMetricDataCommandOutput> {
  const { client, window, periodSeconds, signal, callTimeoutMs = 10_000 } = request;
  const command = new GetMetricDataCommand({
    MetricDataQueries: queries.map((query) => toMetricDataQuery(query, periodSeconds)),
    StartTime: new Date(window.startMs),
    EndTime: new Date(window.endMs),
    ScanBy: 'TimestampAscending',
    ...(token === undefined ? {} : { NextToken: token }),
  });
  return client.send(command, { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]) });
}

function failedBy(failure: ReadFailure, attempts: number): PageOutcome {
  const reason = failure.kind === 'forbidden' ? 'query-forbidden' : 'query-error';
  return { kind: 'failed', reason, detail: attempts > 1 ? `${failure.detail}, ${attempts} times` : `${failure.detail}` };
}
