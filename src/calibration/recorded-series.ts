/** A recorded series with what a person found in it. */
export interface RecordedSeries {
  readonly name: string;
  /** Epoch ms and value, oldest first, each time once. */
  readonly points: readonly (readonly [at: number, value: number])[];
  /** Spans that were labelled as anomalies, epoch ms, both ends included. */
  readonly anomalies: readonly (readonly [from: number, to: number])[];
}

/** What could not be read of a file: half a sentence that names the line where there is one. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export interface CsvSeries {
  readonly points: RecordedSeries['points'];
  /** Lines whose time was there before; the first counts. */
  readonly duplicates: number;
}

/** `timestamp,value` and a line for each datapoint, in any order; times are read as UTC unless they say otherwise. */
export function parseCsv(text: string): Parsed<CsvSeries> {
  const [header, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (header?.trim() !== 'timestamp,value') return { ok: false, problem: 'line 1: expected the header `timestamp,value`' };
  const points = new Map<number, number>();
  let rows = 0;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const [time, number, ...more] = line.split(',');
    const at = instantOf(time ?? '');
    const value = number === undefined || number.trim() === '' ? Number.NaN : Number(number);
    if (!Number.isFinite(at) || !Number.isFinite(value) || more.length > 0)
      return { ok: false, problem: `line ${i + 2}: expected a time and a number, such as 2014-02-14 14:27:00,51.8` };
    rows += 1;
    if (!points.has(at)) points.set(at, value);
  }
  const sorted = [...points].sort(([a], [b]) => a - b);
  return { ok: true, value: { points: sorted, duplicates: rows - sorted.length } };
}

/** `anomaly-windows.json`: per file name a list of pairs of times. */
export function parseWindows(text: string): Parsed<Readonly<Record<string, RecordedSeries['anomalies']>>> {
  const expected = 'expected an object of file names, each with a list of pairs of times';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, problem: `not JSON; ${expected}` };
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return { ok: false, problem: expected };
  const windows: Record<string, RecordedSeries['anomalies']> = {};
  for (const [name, list] of Object.entries(json)) {
    const pairs = Array.isArray(list) ? list.map(pairOf) : [null];
    const read = pairs.filter((pair) => pair !== null);
    if (read.length < pairs.length) return { ok: false, problem: `${name}: ${expected}` };
    windows[name] = read;
  }
  return { ok: true, value: windows };
}

function pairOf(pair: unknown): readonly [number, number] | null {
  if (!Array.isArray(pair) || pair.length !== 2) return null;
  const [from, to] = pair.map((time) => instantOf(String(time)));
  return from !== undefined && to !== undefined && from <= to ? [from, to] : null;
}

/** NaN for what is no time. */
function instantOf(text: string): number {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
}
