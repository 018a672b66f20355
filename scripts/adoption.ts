import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Bench, openBench } from './adoption/bench';
import { editedLines, editsNeeded, placeholdersIn } from './adoption/edits';
import { GOOD_HANDLER, HANDLER_PATH, IOREDIS, LEAKING_HANDLER, SERVICE_FILES, USER_EDITS } from './adoption/service';
import { outputsIn, requiredCheck, stepsOf } from './adoption/workflow-steps';

/**
 * Adopts Tidegate in a service outside of this project, as its users do, and says how long that takes:
 * `node scripts/run.mjs adoption [--profile NAME] [--keep]`. Exit code 0 when the good release was promoted, the commands of
 * the written workflow ended well, the leaking variant was blocked, and no more than three lines had to be edited.
 */

const MOST_EDITS = 3;
const WORKFLOW = '.github/workflows/tidegate.yml';
const initSchema = z.object({ written: z.array(z.string()), edit: z.array(z.string()) });

interface Expected {
  readonly label: string;
  readonly code: number;
  readonly state: string;
}

function adopt(bench: Bench, profile: string): boolean {
  const tarball = bench.step('npm pack', () => bench.pack());
  bench.step('npm install', () => bench.must('npm', 'install', '--no-audit', '--no-fund', '--save-exact', IOREDIS, tarball));
  const edits = initialized(bench);
  bench.say(`lines to edit: ${edits} (at most ${MOST_EDITS})`);
  bench.commit('adopt tidegate');
  const good = delivered(bench, profile, { label: 'the good release', code: 0, state: 'promoted' });
  const checked = ranAsWorkflow(bench, profile);
  bench.write({ [HANDLER_PATH]: LEAKING_HANDLER });
  bench.commit('a client per request');
  const bad = delivered(bench, profile, { label: 'its leaking variant', code: 1, state: 'refused' });
  bench.write({ [HANDLER_PATH]: GOOD_HANDLER });
  return good && checked && bad && edits <= MOST_EDITS;
}

/** Lets `init` write, edits that as its user would, and counts. */
function initialized(bench: Bench): number {
  const { stdout } = bench.step('npx tidegate init', () => bench.must('npx', '--no-install', 'tidegate', 'init', '--json'));
  const { written, edit: asked } = initSchema.parse(JSON.parse(stdout));
  const texts = () => written.map((path) => readFileSync(join(bench.directory, path), 'utf8'));
  const before = texts();
  for (const line of asked) bench.say(`  look at ${line}`);
  for (const [path, was, is] of USER_EDITS) {
    const text = readFileSync(join(bench.directory, path), 'utf8');
    if (!text.includes(was)) throw new Error(`${path} has no ${was} to be edited`);
    bench.write({ [path]: text.replace(was, is) });
  }
  const made = texts().reduce((lines, text, index) => lines + editedLines(before[index] ?? '', text), 0);
  return editsNeeded({ asked, placeholders: before.flatMap(placeholdersIn), made });
}

/** The commands of the workflow that `init` wrote, one after the other as its runner would; its actions are not fetched. */
function ranAsWorkflow(bench: Bench, profile: string): boolean {
  const output = join(bench.directory, '..', 'github-output');
  const workflow = readFileSync(join(bench.directory, WORKFLOW), 'utf8');
  const failed = stepsOf(workflow, profile).filter(({ name, run }) => {
    const { code, stderr, stdout } = bench.step(`workflow, ${name}`, () => bench.run('env', `GITHUB_OUTPUT=${output}`, 'bash', '-ec', run));
    if (code !== 0) bench.say(`  ended with ${code}\n${stderr}${stdout}`);
    return code !== 0;
  });
  const { verdict = '', 'reason-code': reason = '', 'exit-code': code = '' } = outputsIn(readFileSync(output, 'utf8'));
  const check = bench.run('env', `VERDICT=${verdict}`, `CODE=${code}`, 'bash', '-ec', requiredCheck(workflow));
  bench.say(`  the required check ends with ${check.code} (verdict ${verdict || 'none'}, ${reason}, exit code ${code || 'none'})`);
  return failed.length === 0 && check.code === 0;
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
