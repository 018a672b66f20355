import { K6_METRICS } from '../../contract';

/** One line of k6's `--out json` that the evidence is made of. Times are epoch milliseconds, durations milliseconds. */
export type Sample =
  | {
      readonly kind: 'request';
      /** When the answer was complete or given up. */
      readonly at: number;
      readonly durationMs: number;
      /** 0 when there was no HTTP answer. */
      readonly status: number;
      readonly timedOut: boolean;
      readonly route: string;
      readonly scenario: string;
      readonly vu: string | null;
    }
  | {
      readonly kind: 'check';
      readonly at: number;
      readonly passed: boolean;
      readonly route: string;
      readonly scenario: string;
      readonly vu: string | null;
    }
  | { readonly kind: 'iteration'; readonly at: number; readonly durationMs: number; readonly scenario: string }
  | { readonly kind: 'dropped'; readonly at: number; readonly count: number }
  | { readonly kind: 'lag'; readonly at: number; readonly ms: number; readonly scenario: string };

/** `other` is a well-formed line that the evidence does not need; `malformed` is no line of k6's at all. */
export type ParsedLine = Sample | { readonly kind: 'other' } | { readonly kind: 'malformed' };

const METRICS = ['http_req_duration', 'checks', 'iteration_duration', 'dropped_iterations', K6_METRICS.arrivalLag] as const;

/** Every line that matters begins so: the other two thirds are never parsed. */
const BEGINNINGS = METRICS.map((metric) => `{"metric":"${metric}","type":"Point"`);
const ANY_BEGINNING = /^\{"(?:metric|type)":"/;

/** k6's error code for a request that took longer than its time-out. */
const TIMED_OUT = '1050';

const OTHER = { kind: 'other' } as const;
const MALFORMED = { kind: 'malformed' } as const;

/** Reads one line of `k6 run --out json` (k6 v2.2.0: one JSON object per sample). */
export function parseLine(line: string): ParsedLine {
  if (!BEGINNINGS.some((beginning) => line.startsWith(beginning))) return ANY_BEGINNING.test(line) ? OTHER : MALFORMED;
  const point = readPoint(line);
  return point === null ? MALFORMED : toSample(point);
}

interface Point {
  readonly metric: string;
  readonly at: number;
  readonly value: number;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly vu: string | null;
}

function readPoint(line: string): Point | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isRecord(parsed) || !isRecord(parsed['data'])) return null;
  const { metric } = parsed;
  const { time, value, tags, metadata } = parsed['data'];
  if (typeof metric !== 'string' || typeof time !== 'string' || typeof value !== 'number') return null;
  const at = Date.parse(time);
  if (Number.isNaN(at)) return null;
  const vu = isRecord(metadata) && typeof metadata['vu'] === 'string' ? metadata['vu'] : null;
  return { metric, at, value, tags: isRecord(tags) ? tags : {}, vu };
}

function toSample({ metric, at, value, tags, vu }: Point): ParsedLine {
  const scenario = text(tags['scenario']) ?? '';
  const route = text(tags['route']) ?? text(tags['name']) ?? '';
  switch (metric) {
    case 'http_req_duration': {
      const timedOut = tags['error_code'] === TIMED_OUT;
      return { kind: 'request', at, durationMs: value, status: Number(tags['status'] ?? 0) || 0, timedOut, route, scenario, vu };
    }
    case 'checks':
      return { kind: 'check', at, passed: value !== 0, route, scenario, vu };
    case 'iteration_duration':
      return { kind: 'iteration', at, durationMs: value, scenario };
    case 'dropped_iterations':
      return { kind: 'dropped', at, count: value };
    default:
      return { kind: 'lag', at, ms: value, scenario };
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
