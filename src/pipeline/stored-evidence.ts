import { readFile } from 'node:fs/promises';
import { canonicalJson } from '../gates/canonical';
import { type Evidence, evidenceSchema, type StageEvidence } from '../gates/evidence-schema';
import { STAGES, type StageName } from '../gates/vocabulary';
import type { LedgerEntry } from '../ledger/entry';
import type { Workspace } from './workspace';

/**
 * The evidence of a release as it was kept. Stages that were judged one by one, on several machines say, are put together: all
 * of them since the last run of every stage, so that a stage that failed stays failed until everything is measured again.
 *
 * @param required the stages that a whole qualification has
 * @returns null when none is on record
 * @throws ObjectMissingError when it is absent or altered
 */
export async function storedEvidence(
  { objects }: Pick<Workspace, 'objects'>,
  entries: readonly LedgerEntry[],
  digest: string,
  required: (newest: Evidence) => readonly StageName[],
): Promise<Evidence | null> {
  const kept = entries.flatMap((entry) => (entry.digest === digest && entry.event.kind === 'evidence' ? [entry.event.evidence] : []));
  const read = async (object: string): Promise<Evidence> =>
    evidenceSchema.parse(JSON.parse(await readFile(await objects.path(object), 'utf8')));
  const [last, ...before] = kept.toReversed();
  if (last === undefined) return null;
  const newest = await read(last);
  const names = required(newest);
  // By what was measured: a stage that was only planned must not make an earlier failure of another one past.
  const isWhole = ({ stages }: Evidence) => names.every((name) => stages.some((stage) => stage.name === name));
  if (isWhole(newest)) return newest;
  const parts = [newest];
  for (const object of before) {
    const earlier = await read(object);
    if (isWhole(earlier)) break;
    if (earlier.profile === newest.profile && earlier.target === newest.target) parts.unshift(earlier);
  }
  return mergeEvidence(parts);
}

/** Evidence of parts of one qualification, oldest first, as that of one run. Stages that were measured twice are two attempts. */
export function mergeEvidence(parts: readonly Evidence[]): Evidence {
  const newest = parts.at(-1);
  const [oldest] = parts;
  if (newest === undefined || oldest === undefined) throw new RangeError('no evidence to put together');
  if (parts.length === 1) return newest;
  const attempts = new Map<StageName, number>();
  const stages = measuredOnce(parts).map((stage) => {
    const attempt = (attempts.get(stage.name) ?? 0) + 1;
    attempts.set(stage.name, attempt);
    return { ...stage, attempt };
  });
  const planned = new Set(parts.flatMap(({ plannedStages }) => plannedStages));
  const fault = parts.find((part, i) => part.fault !== undefined && !isMadeUp(part, parts.slice(i)))?.fault;
  return {
    ...newest,
    startedAt: oldest.startedAt,
    plannedStages: STAGES.filter((name) => planned.has(name)),
    stages,
    ...(fault === undefined ? {} : { fault }),
  };
}

/** What was put together before is stored beside its parts: one measurement is one attempt, however often it is on record. */
function measuredOnce(parts: readonly Evidence[]): readonly StageEvidence[] {
  const byContent = new Map<string, StageEvidence>();
  for (const stage of parts.flatMap((part) => part.stages)) {
    const { attempt: _, ...content } = stage;
    const key = canonicalJson(content);
    if (!byContent.has(key)) byContent.set(key, stage);
  }
  return [...byContent.values()];
}

/** Whether every stage that a run meant to measure when it broke off was measured, by itself or afterwards. */
function isMadeUp({ plannedStages }: Evidence, since: readonly Evidence[]): boolean {
  return plannedStages.every((name) => since.some(({ stages }) => stages.some((stage) => stage.name === name)));
}

/** Evidence with every stage that a policy has for its profile among those that were meant: one that is missing is `not-run`. */
export function withPlanned(evidence: Evidence, required: readonly StageName[]): Evidence {
  const missing = required.filter((name) => !evidence.plannedStages.includes(name));
  return missing.length === 0 ? evidence : { ...evidence, plannedStages: [...evidence.plannedStages, ...missing] };
}
