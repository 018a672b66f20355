/**
 * Runs the releases of test/releases through the real pipeline under the shipped policy, unedited, stores each run and
 * prints what was expected beside what happened.
 *
 *   npm run known-bad -- [--repeat N] [--resume] [--only NAME ...] [--store DIR] [--json]
 *
 * Each run is an own directory `<store>/<name>-<n>` with the pipeline's report; `--resume` keeps the finished ones.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/contract';
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
  const code = await pipeline(release.entry, directory);
  const path = join(directory, 'gate-report.json');
  const report = existsSync(path) ? gateReportSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
  const outcome = outcomeOf({ ...release, code, report, seconds: Math.round((Date.now() - started) / 1000) });
  // A run that was interrupted or broke off is no run: `--resume` makes it again.
  if (code !== null && code <= 2) writeFileSync(record, `${JSON.stringify(outcome, null, 2)}\n`);
  return outcome;
}

function pipeline(entry: string, directory: string): Promise<number | null> {
  const child = spawn(
    process.execPath,
    ['scripts/run.mjs', 'tidegate', '--state', join(ROOT, values.store, 'state'), 'pipeline', '--release', entry, '--out', directory],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
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
  const outcomes: RunOutcome[] = [];
  for (let pass = 1; pass <= Number(values.repeat); pass += 1) {
    for (const release of chosen) {
      process.stderr.write(`\n${release.name}, run ${pass}\n`);
      const outcome = await run(release, join(ROOT, values.store, `${release.name.replace('/', '-')}-${pass}`));
      outcomes.push(outcome);
      if (outcome.code === 130) process.exit(EXIT.interrupted);
    }
  }
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, null, 2)}\n` : printTable(outcomes));
  process.exitCode = outcomes.every(({ asDeclared }) => asDeclared) ? 0 : 1;
}

void main();
