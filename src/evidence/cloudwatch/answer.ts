import type { MessageData, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { Series } from '../../gates/evidence-schema';
import { emptySeries, type PlannedQuery } from './queries';

type StatusCode = Series['statusCode'];

/** What CloudWatch has said of one query so far, over all pages. */
interface Collected {
  readonly points: Map<number, number>;
  readonly messages: string[];
  statusCode: StatusCode;
}

export interface AnswerCollector {
  addPage(results: readonly MetricDataResult[], messages: readonly MessageData[]): void;
  /** One series per query, points oldest first. A query that no page answered is an InternalError, never an empty success. */
  series(): Series[];
}

interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

/** Puts the pages of one GetMetricData call together. */
export function collectAnswer(queries: readonly PlannedQuery[], periodSeconds: number, window: Window): AnswerCollector {
  const collected = new Map<string, Collected>();
  const global: string[] = [];
  return {
    addPage(results, messages) {
      global.push(...messages.map(textOf));
      for (const result of results) {
        const before = collected.get(result.Id ?? '') ?? { points: new Map(), messages: [], statusCode: 'Complete' };
        collected.set(result.Id ?? '', addResult(before, result, window));
      }
    },
    series: () =>
      queries.map((query) => {
        const answer = collected.get(query.id);
        const empty = emptySeries(query, periodSeconds);
        if (answer === undefined)
          return { ...empty, statusCode: 'InternalError', messages: ['CloudWatch did not answer this query', ...global] };
        return {
          ...empty,
          statusCode: answer.statusCode,
          messages: [...new Set([...answer.messages, ...global])],
          points: [...answer.points].sort(([a], [b]) => a - b),
        };
      }),
  };
}

function addResult(before: Collected, result: MetricDataResult, window: Window): Collected {
  const timestamps = result.Timestamps ?? [];
  const values = result.Values ?? [];
  const messages = [...before.messages, ...(result.Messages ?? []).map(textOf)];
  const statusCode = laterStatus(before.statusCode, result.StatusCode);
  // Timestamps and values belong together by position only: lists of different length belong to nothing.
  if (timestamps.length !== values.length || values.some((value) => !Number.isFinite(value))) {
    return {
      ...before,
      messages: [...messages, 'CloudWatch answered with values that belong to no time or are no numbers'],
      statusCode: 'InternalError',
    };
  }
  for (const [index, timestamp] of timestamps.entries()) {
    const at = timestamp.getTime();
    if (at >= window.startMs && at < window.endMs) before.points.set(at, values[index] as number);
  }
  return { points: before.points, messages, statusCode };
}

/** PartialData is the state of one page: a later page of the same series replaces it. A refusal stays. */
function laterStatus(before: StatusCode, page: string | undefined): StatusCode {
  if (before === 'Forbidden' || before === 'InternalError') return before;
  if (page === 'Complete' || page === 'PartialData' || page === 'Forbidden') return page;
  return 'InternalError';
}

function textOf({ Code, Value }: MessageData): string {
  return [Code, Value].filter((part) => part !== undefined).join(': ');
}
