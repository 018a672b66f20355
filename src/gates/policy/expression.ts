import { z } from 'zod';
import { CATALOGUE, findMetric, METRIC_NAMES } from '../catalogue';
import { unknownName } from '../suggest';

/** What a gate measures: `a`, `a / b`, each optionally `per route`. */
export interface Expression {
  readonly text: string;
  readonly numerator: string;
  readonly denominator: string | null;
  readonly perRoute: boolean;
}

const FORM = /^(\S+)(?: \/ (\S+))?( per route)?$/;

/** Reads an expression; a string is the problem with it. */
export function parseExpression(text: string): Expression | string {
  const match = FORM.exec(text.trim().replace(/\s+/g, ' '));
  if (match === null) return `expected "metric", "metric / metric" or either with "per route", found ${JSON.stringify(text)}`;
  const [, numerator = '', denominator, perRoute] = match;
  for (const name of denominator === undefined ? [numerator] : [numerator, denominator]) {
    if (findMetric(name) === null) return unknownMetric(name);
  }
  return { text: match[0], numerator, denominator: denominator ?? null, perRoute: perRoute !== undefined };
}

/** A quotient whose numerator is counted within its denominator. */
export function isProportion(of: Expression): boolean {
  return of.denominator !== null && findMetric(of.numerator)?.within === of.denominator;
}

/** The unit of a measurement, and so of its limit. */
export function unitOf(of: Expression): 'fraction' | 'ratio' | 'count' | 'ms' | 'MB' {
  if (isProportion(of)) return 'fraction';
  if (of.denominator !== null) return 'ratio';
  return findMetric(of.numerator)?.unit ?? 'count';
}

/** Zod schema of a gate's `of`. */
export const expression = z.string().transform((text, context): Expression => {
  const read = parseExpression(text);
  if (typeof read !== 'string') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

function unknownMetric(name: string): string {
  if (/^lambda\.(true|started|actual)?environments?(started|count)?$/i.test(name) && name !== 'lambda.environments') {
    return `unknown metric "${name}": AWS does not have the true number of environments, so no gate may read it; lambda.environments is the running maximum of the concurrency`;
  }
  return unknownName('metric', name, METRIC_NAMES);
}

/** Metrics that are counters: only they make a quotient. */
export function isCounter(name: string): boolean {
  return CATALOGUE.some((metric) => metric.name === name && metric.kind === 'count');
}
