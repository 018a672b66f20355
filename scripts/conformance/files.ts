import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { decisionTableGroups, type Groups, judgeVectorGroups } from './groups';
import { decisionTablesSchema } from './shapes/decision-tables';
import { judgeVectorsSchema } from './shapes/judge-vectors';
import { statsSchema } from './shapes/stats';
import { statisticGroups } from './statistics';

/** A file that cannot be read or has none of the known shapes: one sentence with its name and place. */
export class UnreadableError extends Error {}

/** Runs every vector of a file of decisions: judge vectors or decision tables, told apart by what they hold. */
export function runVectors(file: string): Groups {
  const read = readJson(file);
  const isJudges = typeof read === 'object' && read !== null && ('classifier' in read || 'mannWhitney' in read);
  return isJudges
    ? judgeVectorGroups(parsed(file, judgeVectorsSchema, read))
    : decisionTableGroups(parsed(file, decisionTablesSchema, read));
}

/** Runs every value of a file of statistics. */
export function runStats(file: string): Groups {
  return statisticGroups(parsed(file, statsSchema, readJson(file)));
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UnreadableError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parsed<Schema extends z.ZodType>(file: string, schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UnreadableError(
    `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}; expected judge vectors, decision tables or statistics`,
  );
}
