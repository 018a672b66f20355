/**
 * Runs the releases of test/releases through the real pipeline under the shipped policy, unedited, stores each run and
 * prints what was expected beside what happened.
 *
 *   npm run known-bad -- [--repeat N] [--resume] [--only NAME ...] [--all] [--store DIR] [--no-early-stop] [--table] [--json]
 *
 * Each run is an own directory `<store>/<name>-<n>` (`<name>-whole-<n>` without early stop) with the pipeline's report. A release is
 * run with the first profile that it declares; `--all` adds the others, and the releases that are a variant of another's mistake.
 * `--resume` keeps the finished runs that were made of today's release under today's policy, and names those that it drops; `--table` runs nothing and judges what is
 * stored anew, from its reports and evidence.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/contract';
import { deliver, today } from './known-bad/delivery';
import type { RunOutcome } from './known-bad/outcome';
import { outdated } from './known-bad/provenance';
import { type Release, releasesOf } from './known-bad/releases';
import { directoriesOf, directoryName, storedOutcome } from './known-bad/store';
import { printTable } from './known-bad/table';

const ROOT = resolve(__dirname, '..');

const { values } = parseArgs({
  options: {
    repeat: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    store: { type: 'string', default: 'tmp/known-bad' },
    'no-early-stop': { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const STORE = join(ROOT, values.store);

async function main(): Promise<void> {
  const chosen = releasesOf(ROOT).filter(({ name }) => values.only === undefined || values.only.some((only) => name.includes(only)));
  if (chosen.length === 0 || !(Number(values.repeat) >= 1)) {
    process.stderr.write('known-bad: no release of that name, or --repeat is not 1 or more\n');
    process.exit(EXIT.usage);
  }
  const outcomes = values.table ? stored(chosen) : await runAll(chosen);
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, null, 2)}\n` : printTable(outcomes));
  process.exitCode = outcomes.length > 0 && outcomes.every(({ asDeclared }) => asDeclared) ? EXIT.ok : EXIT.failed;
}

async function runAll(chosen: readonly Release[]): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = [];
  for (let pass = 1; pass <= Number(values.repeat); pass += 1) {
    for (const release of chosen.filter(({ expectation }) => values.all || values.only !== undefined || !expectation.variant)) {
      const [first, ...others] = release.expectation.profiles;
      for (const profile of values.all ? [first, ...others] : [first]) {
        process.stderr.write(`\n${release.name}, ${profile}, run ${pass}\n`);
        const outcome = await run(release, profile, pass);
        outcomes.push(outcome);
        if (outcome.code === EXIT.interrupted) process.exit(EXIT.interrupted);
      }
    }
  }
  return outcomes;
}

async function run(release: Release, profile: string, pass: number): Promise<RunOutcome> {
  const whole = values['no-early-stop'];
  const directory = join(STORE, directoryName(release, profile, whole, pass));
  const kept = values.resume && existsSync(directory) ? await keptIn(release, directory, profile) : null;
  return kept ?? deliver({ root: ROOT, release, profile, directory, earlyStop: !whole });
}

/** The finished run of a directory, when it counts for today's code and policy; says why when it does not. */
async function keptIn(release: Release, directory: string, profile: string): Promise<RunOutcome | null> {
  const outcome = storedOutcome(release, directory);
  if (outcome === null) return null;
  const why = outcome.profile === profile ? outdated(outcome.made, await today(ROOT, release)) : `it was run with ${outcome.profile}`;
  if (why === null) return outcome;
  process.stderr.write(`known-bad: ${release.name}, the stored run ${pathOf(directory)} is dropped: ${why}\n`);
  return null;
}

/** Every finished run of the releases that the store holds. */
function stored(chosen: readonly Release[]): RunOutcome[] {
  return chosen.flatMap((release) =>
    directoriesOf(release, STORE).flatMap((directory) => {
      const outcome = storedOutcome(release, directory);
      if (outcome === null) process.stderr.write(`known-bad: ${pathOf(directory)} is left out: its profile is not declared any more\n`);
      return outcome === null ? [] : [outcome];
    }),
  );
}

function pathOf(directory: string): string {
  return directory.slice(ROOT.length + 1);
}

void main();
