/**
 * Runs the releases of test/releases through the real pipeline under the shipped policy, unedited, stores each run and
 * prints what was expected beside what happened.
 *
 *   npm run known-bad -- [--repeat N] [--resume] [--only NAME ...] [--store DIR] [--no-early-stop] [--table] [--json]
 *
 * Each run is an own directory `<store>/<name>-<n>` (`<name>-whole-<n>` without early stop) with the pipeline's report; `--resume`
 * keeps the finished ones, `--table` runs nothing and prints what is stored.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, REPORT_FILES } from '../src/contract';
import { evidenceSchema } from '../src/gates/evidence-schema';
import { gateReportSchema } from '../src/gates/report-schema';
import { declarationOf, type Expectation } from './known-bad/declaration';
import { outcomeOf, type RunOutcome } from './known-bad/outcome';
import { printTable } from './known-bad/table';

const ROOT = resolve(__dirname, '..');
const RELEASES = 'test/releases';

const { values } = parseArgs({
  options: {
    repeat: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    store: { type: 'string', default: 'tmp/known-bad' },
    'no-early-stop': { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

interface Release {
  readonly name: string;
  readonly entry: string;
  readonly expectation: Expectation;
}

function releases(): readonly Release[] {
  return ['bad', 'good'].flatMap((yard) =>
    readdirSync(join(ROOT, RELEASES, yard))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const entry = `${RELEASES}/${yard}/${file}`;
        return {
          name: `${yard}/${file.replace(/\.ts$/, '')}`,
          entry,
          expectation: declarationOf(readFileSync(join(ROOT, entry), 'utf8'), entry),
        };
      }),
  );
}

async function run(release: Release, directory: string): Promise<RunOutcome> {
  const record = join(directory, 'outcome.json');
  if (values.resume && existsSync(record)) return JSON.parse(readFileSync(record, 'utf8'));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const started = Date.now();
  const code = await pipeline(release, directory);
  const read = (name: string) => {
    const path = join(directory, name);
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  };
  const report = gateReportSchema.nullable().parse(read(REPORT_FILES.report));
  const evidence = evidenceSchema.nullable().parse(read(REPORT_FILES.evidence));
  const seconds = Math.round((Date.now() - started) / 1000);
  const outcome = outcomeOf({ ...release, code, report, evidence, seconds, earlyStop: !values['no-early-stop'] });
  // A run that was interrupted or broke off is no run: `--resume` makes it again.
  if (code !== null && code <= 2) writeFileSync(record, `${JSON.stringify(outcome, null, 2)}\n`);
  return outcome;
}

function pipeline({ entry, expectation }: Release, directory: string): Promise<number | null> {
  // A state of its own: what was promoted before would be the baseline, and a verdict must not depend on the order of the yard.
  const state = ['--state', join(directory, 'state')];
  const asked = [
    '--release',
    entry,
    '--profile',
    expectation.profile,
    '--out',
    directory,
    ...(values['no-early-stop'] ? ['--no-early-stop'] : []),
  ];
  const child = spawn(process.execPath, ['scripts/run.mjs', 'tidegate', ...state, 'pipeline', ...asked], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGINT', forward).once('SIGTERM', forward);
  return new Promise((done) => {
    child.once('exit', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      done(code);
    });
  });
}

async function main(): Promise<void> {
  const chosen = releases().filter(({ name }) => values.only === undefined || values.only.some((only) => name.includes(only)));
  if (chosen.length === 0 || !(Number(values.repeat) >= 1)) {
    process.stderr.write('known-bad: no release of that name, or --repeat is not 1 or more\n');
    process.exit(EXIT.usage);
  }
  const outcomes = values.table ? stored(chosen) : await runAll(chosen);
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, null, 2)}\n` : printTable(outcomes));
  process.exitCode = outcomes.length > 0 && outcomes.every(({ asDeclared }) => asDeclared) ? 0 : 1;
}

async function runAll(chosen: readonly Release[]): Promise<RunOutcome[]> {
  const outcomes: RunOutcome[] = [];
  for (let pass = 1; pass <= Number(values.repeat); pass += 1) {
    for (const release of chosen) {
      process.stderr.write(`\n${release.name}, run ${pass}\n`);
      const outcome = await run(release, join(ROOT, values.store, `${prefixOf(release)}${values['no-early-stop'] ? 'whole-' : ''}${pass}`));
      outcomes.push(outcome);
      if (outcome.code === 130) process.exit(EXIT.interrupted);
    }
  }
  return outcomes;
}

/** Every finished run of the releases that the store holds. */
function stored(chosen: readonly Release[]): RunOutcome[] {
  const kept = existsSync(join(ROOT, values.store)) ? readdirSync(join(ROOT, values.store)).sort() : [];
  return chosen.flatMap((release) =>
    kept
      .filter((name) => name.startsWith(prefixOf(release)) && /^(whole-)?\d+$/.test(name.slice(prefixOf(release).length)))
      .map((name) => join(ROOT, values.store, name, 'outcome.json'))
      .filter((record) => existsSync(record))
      .map((record): RunOutcome => JSON.parse(readFileSync(record, 'utf8'))),
  );
}

function prefixOf({ name }: Release): string {
  return `${name.replace('/', '-')}-`;
}

void main();
