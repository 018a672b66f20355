import { z } from 'zod';
import type { LogLineSink, MetricDatum, MetricSink } from '../ports';

/** CloudWatch takes at most so many values of one metric from one line, and so many dimensions in one set. */
const MAXIMUM_VALUES = 100;
const MAXIMUM_DIMENSIONS = 30;

const directive = z.object({
  Namespace: z.string().min(1),
  Dimensions: z.array(z.array(z.string()).max(MAXIMUM_DIMENSIONS)),
  Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().default('None') })),
});

const line = z.object({ _aws: z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(directive).min(1) }) }).catchall(z.unknown());

const values = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1).max(MAXIMUM_VALUES)]);

/**
 * Turns lines in CloudWatch's embedded metric format into data. Anything else, and anything malformed, makes no metric:
 * a log line never fails the function that wrote it.
 */
export function createEmfSink(store: MetricSink): LogLineSink {
  return {
    line(text) {
      // Most lines are plain text: parse only what can be EMF.
      if (!text.includes('"CloudWatchMetrics"')) return false;
      const data = readLine(text);
      for (const datum of data) store.record(datum);
      return data.length > 0;
    },
  };
}

function readLine(text: string): readonly MetricDatum[] {
  const parsed = line.safeParse(parseJson(text));
  if (!parsed.success) return [];
  const members = parsed.data;
  return members._aws.CloudWatchMetrics.flatMap((entry) => readDirective(entry, members, members._aws.Timestamp));
}

function readDirective(entry: z.infer<typeof directive>, members: Readonly<Record<string, unknown>>, at: number): readonly MetricDatum[] {
  if (entry.Namespace.startsWith('AWS/')) return [];
  const sets = entry.Dimensions.map((names) => dimensionsOf(names, members)).filter((set) => set !== null);
  return entry.Metrics.flatMap(({ Name, Unit }) => {
    const parsed = values.safeParse(members[Name]);
    const samples = parsed.success ? parsed.data : [];
    return sets.flatMap((dimensions) =>
      samples.map((value) => ({ namespace: entry.Namespace, metricName: Name, dimensions, unit: Unit, value, at })),
    );
  });
}

/** Null when a dimension has no text of its own in the line: such a set makes no metric. */
function dimensionsOf(names: readonly string[], members: Readonly<Record<string, unknown>>): Record<string, string> | null {
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = members[name];
    if (typeof value !== 'string' || value === '') return null;
    dimensions[name] = value;
  }
  return dimensions;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
