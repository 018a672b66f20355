import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, openBench } from './adoption/bench';
import { GOOD_HANDLER, HANDLER_PATH, IOREDIS, LEAKING_HANDLER, SERVICE_FILES } from './adoption/service';

/**
 * Adopts Tidegate in a service outside of this project, as its users do, and says how long that takes:
 * `node scripts/run.mjs adoption [--profile NAME] [--keep]`. Exit code 0 when the good release was promoted, its leaking variant
 * was blocked, and no more than three lines had to be edited.
 */

const MOST_EDITS = 3;
const POLICY = '.github/gates.yaml';

interface Expected {
  readonly label: string;
  readonly code: number;
  readonly state: string;
}

function adopt(bench: Bench, profile: string): boolean {
  const tarball = bench.step('npm pack', () => bench.pack());
  bench.step('npm install', () => bench.must('npm', 'install', '--no-audit', '--no-fund', '--save-exact', IOREDIS, tarball));
  bench.step('npx tidegate init', () => bench.must('npx', '--no-install', 'tidegate', 'init'));
  const written = readFileSync(join(bench.directory, POLICY), 'utf8');
  // Here a person would edit. This service is ordinary enough for init to have guessed it right.
  const edited = linesThatDiffer(written, readFileSync(join(bench.directory, POLICY), 'utf8'));
  bench.say(`edited lines: ${edited} (at most ${MOST_EDITS})`);
  bench.commit('adopt tidegate');
  const good = delivered(bench, profile, { label: 'the good release', code: 0, state: 'promoted' });
  bench.write({ [HANDLER_PATH]: LEAKING_HANDLER });
  bench.commit('a client per request');
  const bad = delivered(bench, profile, { label: 'its leaking variant', code: 1, state: 'refused' });
  bench.write({ [HANDLER_PATH]: GOOD_HANDLER });
  return good && bad && edited <= MOST_EDITS;
}

function delivered(bench: Bench, profile: string, { label, code, state }: Expected): boolean {
  const run = bench.step(`tidegate pipeline, ${label}`, () =>
    bench.run('npx', '--no-install', 'tidegate', 'pipeline', '--profile', profile),
  );
  const report = bench.report();
  const gates = report?.stages.flatMap((stage) => stage.gates.filter(({ verdict }) => verdict !== 'passed')) ?? [];
  bench.say(`  exit ${run.code}, ${report?.verdict ?? 'no report'} (${report?.reason ?? ''}), ${report?.promotion.state ?? ''}`);
  for (const gate of gates) bench.say(`  ${gate.verdict} (${gate.mode}): ${gate.id}: ${gate.message}`);
  const ok = run.code === code && report?.promotion.state === state;
  if (!ok) bench.say(`  expected exit ${code}, ${state}\n${run.stderr}${run.stdout}`);
  return ok;
}

function linesThatDiffer(before: string, after: string): number {
  const had = new Set(before.split('\n'));
  return after.split('\n').filter((line) => !had.has(line)).length;
}

const { values } = parseArgs({ options: { profile: { type: 'string', default: 'test' }, keep: { type: 'boolean', default: false } } });
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tidegate-adoption-')));
try {
  const bench = openBench(join(__dirname, '..'), directory);
  bench.write(SERVICE_FILES);
  bench.commit('a service', true);
  const ok = adopt(bench, values.profile);
  bench.say(`${ok ? 'Adopted' : 'NOT as expected'}: ${bench.seconds()} s in all`);
  process.exitCode = ok ? 0 : 1;
} finally {
  if (values.keep) process.stdout.write(`kept ${directory}\n`);
  else rmSync(directory, { recursive: true, force: true });
}
