import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { contradictionsIn, mergeParts, type NamedPart } from '../evidence/k6/merge';
import { type LoadPart, loadPartSchema } from '../evidence/k6/part';
import type { StageEvidence } from '../gates/evidence-schema';
import { afterLoad } from './after-load';
import { iso, nextBoundary } from './clock';
import { ConfigurationError } from './errors';
import type { StageRun } from './stage-run';
import { stageWindows } from './stage-windows';

/** Loads whose generators ran on several machines: each wrote a part, one machine merges and judges them. */

export async function writePart(path: string, part: LoadPart): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(part)}\n`);
}

/**
 * The parts in a directory: every `.json` file in it. A part that is missing is for `mergeParts` to say: that load failed.
 * @throws ConfigurationError when there is none, when one cannot be read, or when they are not of one load; names the files
 */
export async function readParts(directory: string): Promise<readonly LoadPart[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new ConfigurationError(`${directory}: cannot be read; give the directory that holds the parts of the load`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new ConfigurationError(`${directory}: holds no part of a load (*.json)`);
  const parts: NamedPart[] = await Promise.all(files.map(async (name) => ({ name, part: await readPart(join(directory, name)) })));
  const contradictions = contradictionsIn(parts);
  if (contradictions.length > 0) throw new ConfigurationError(`${directory}: not the parts of one load: ${contradictions.join('; ')}`);
  return parts.map(({ part }) => part);
}

async function readPart(path: string): Promise<LoadPart> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigurationError(`${path}: not JSON (${cause instanceof Error ? cause.message : 'unreadable'})`, { cause });
  }
  const parsed = loadPartSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigurationError(`${path}: not a part of a load of this version: ${issue?.path.join('.') || '(top)'}: ${issue?.message}`);
}

/**
 * A stage whose load was made elsewhere: its window is the parts', its metrics are read here. Waits until the stage's last
 * period has ended.
 * @throws ConfigurationError when the parts are not of this stage's load, or of a load on what was deployed before
 */
export async function stageFromParts(run: StageRun, parts: readonly LoadPart[]): Promise<StageEvidence> {
  const startAt = requireLoadOf(run, parts);
  const windows = stageWindows(run.stage.plan, startAt, run.stage.observeAfterMs, run.settings.periodMs);
  return afterLoad(run, windows, mergeParts(parts), null);
}

/** @returns when the load began */
function requireLoadOf({ stage, settings, description }: StageRun, parts: readonly LoadPart[]): number {
  const [first] = parts;
  if (first === undefined) throw new ConfigurationError(`stage ${stage.name}: no part of its load was given`);
  const { plan, startAt, segment } = first;
  if (plan.failoverAtMs !== undefined)
    throw new ConfigurationError(
      `stage ${stage.name}: nobody loses the primary while generators elsewhere run; run this stage with one generator`,
    );
  if (!isDeepStrictEqual(plan, stage.plan))
    throw new ConfigurationError(`stage ${stage.name}: the parts are of another load (${plan.stage}) than the policy plans for it`);
  if (segment.of !== stage.segments)
    throw new ConfigurationError(
      `stage ${stage.name}: the parts are of ${segment.of} generators, the policy says segments: ${stage.segments}`,
    );
  if (nextBoundary(startAt, settings.periodMs) !== startAt)
    throw new ConfigurationError(`stage ${stage.name}: its load began at ${iso(startAt)}, which is no boundary of the target's periods`);
  if (description.deployedAt.getTime() > startAt)
    throw new ConfigurationError(
      `stage ${stage.name}: its load began at ${iso(startAt)}, before what serves now was deployed (${iso(description.deployedAt.getTime())})`,
    );
  return startAt;
}
