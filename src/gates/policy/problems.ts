import type { z } from 'zod';
import type { Source } from './source';
import { KEY_SEPARATOR } from './strict';

/** One thing that is wrong with a policy file, and where. Lines and columns count from 1. */
export interface PolicyProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** E.g. `stages.soak.gates[2].max`. */
  readonly path: string;
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** A problem before it is located in the file. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
}

/** `stages.soak.gates[2].max` */
export function pathText(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');
}

/** Puts findings into the file, in the order of their lines. */
export function locate(findings: readonly Finding[], source: Source): PolicyProblem[] {
  return findings
    .map(({ path, message }) => ({ file: source.file, ...source.positionOf(path), path: pathText(path), message }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Zod's issues as findings; several unknown keys in one object are several findings. */
export function findingsOf(issues: readonly z.core.$ZodIssue[], value: unknown): Finding[] {
  return issues.flatMap((issue): Finding[] => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split(KEY_SEPARATOR);
      return issue.keys.map((key, i) => ({ path: [...path, key], message: messages[i] ?? issue.message }));
    }
    if (valueAt(value, path) !== undefined) return [{ path, message: issue.message }];
    return [{ path, message: issue.message.startsWith('expected') ? `is missing: ${issue.message}` : 'is missing' }];
  });
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (at === null || typeof at !== 'object') return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[part];
  }
  return at;
}

/** `file:line:column path: message`, one line for each. */
export function formatProblems(problems: readonly PolicyProblem[]): string {
  return problems.map((p) => `${p.file}:${p.line}:${p.column}: ${p.path === '' ? '' : `${p.path}: `}${p.message}\n`).join('');
}
