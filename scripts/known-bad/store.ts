import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { REPORT_FILES } from '../../src/contract';
import { evidenceSchema } from '../../src/gates/evidence-schema';
import { gateReportSchema } from '../../src/gates/report-schema';
import { outcomeOf, type RunOutcome } from './outcome';
import type { Release } from './releases';

const RECORD = 'outcome.json';

/** What only the run itself knew. All else is drawn anew from its report and its evidence, so that a table holds one rule only. */
const recordSchema = z.object({
  profile: z.string(),
  code: z.number().nullable(),
  seconds: z.number(),
  earlyStop: z.boolean(),
  made: z.object({ nodeVersion: z.string().nullable() }).optional(),
});

/** `bad-incident-1`; `-test` before the number for another than the first profile, `-whole` for a run without early stop. */
export function directoryName({ name, expectation }: Release, profile: string, whole: boolean, pass: number): string {
  const other = profile === expectation.profiles[0] ? '' : `-${profile}`;
  return `${name.replace('/', '-')}${other}${whole ? '-whole' : ''}-${pass}`;
}

/** Directories of a store that hold finished runs of a release, in any of its profiles, sorted. */
export function directoriesOf({ name, expectation }: Release, store: string): readonly string[] {
  const own = new RegExp(`^${name.replace('/', '-')}(-(${expectation.profiles.slice(1).join('|') || '-'}))?(-whole)?-\\d+$`);
  return (existsSync(store) ? readdirSync(store).sort() : [])
    .filter((directory) => own.test(directory))
    .map((directory) => join(store, directory))
    .filter((directory) => existsSync(join(directory, RECORD)));
}

/** The outcome of a finished run by what its release declares today; null when the directory holds none in a declared profile. */
export function storedOutcome(release: Release, directory: string): RunOutcome | null {
  const record = recordSchema.nullable().parse(readJson(directory, RECORD));
  if (record === null || !release.expectation.profiles.some((profile) => profile === record.profile)) return null;
  return outcomeIn(release, directory, { ...record, nodeVersion: record.made?.nodeVersion ?? null });
}

type Told = Pick<Parameters<typeof outcomeOf>[0], 'profile' | 'code' | 'seconds' | 'earlyStop' | 'nodeVersion'>;

/** The outcome of a run whose report and evidence lie in a directory. */
export function outcomeIn(release: Release, directory: string, told: Told): RunOutcome {
  const report = gateReportSchema.nullable().parse(readJson(directory, REPORT_FILES.report));
  const evidence = evidenceSchema.nullable().parse(readJson(directory, REPORT_FILES.evidence));
  const { profile, code, seconds, earlyStop, nodeVersion } = told;
  return outcomeOf({ ...release, profile, code, report, evidence, seconds, earlyStop, nodeVersion });
}

export function keepOutcome(directory: string, outcome: RunOutcome): void {
  writeFileSync(join(directory, RECORD), `${JSON.stringify(outcome, null, 2)}\n`);
}

function readJson(directory: string, name: string): unknown {
  const path = join(directory, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
