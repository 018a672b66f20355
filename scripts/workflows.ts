/**
 * Runs the workflows of .github/workflows on this machine, under act: without Docker, without a network, against a GitHub of our own
 * (test/support/github), and prints what was expected beside what happened.
 *
 *   node scripts/run.mjs workflows [--only NAME ...] [--logs DIR] [--json]
 *
 * Each runs in a copy of the repository that is gone afterwards. What differs from GitHub: the keys of
 * test/workflows/act/unknown-keys.json are taken out, the actions of test/workflows/act/doubles stand in for those that would be
 * fetched, act asks nobody for an approval (what promotes asks the server for it), and jobs share this machine.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/contract';
import { actProgram } from './workflows/act-program';
import type { Outcome } from './workflows/outcome';
import { runScenario } from './workflows/run-scenario';
import { SCENARIOS } from './workflows/scenarios';
import { unknownKeysSchema } from './workflows/strip';
import { printTable } from './workflows/table';

const ROOT = resolve(__dirname, '..');
const LIMIT_MS = 5 * 60_000;

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, logs: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const unknown = (values.only ?? []).filter((only) => !SCENARIOS.some(({ name }) => name === only));
  if (unknown.length > 0) {
    process.stderr.write(`workflows: no scenario ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}\n`);
    return EXIT.usage;
  }
  const program = actProgram(ROOT);
  if (program === null) {
    process.stderr.write('workflows: act is not in place: start it by `node scripts/run.mjs workflows`, which puts it there\n');
    return EXIT.usage;
  }
  const bench = {
    root: ROOT,
    act: program,
    unknownKeys: unknownKeysSchema.parse(JSON.parse(readFileSync(join(ROOT, 'test/workflows/act/unknown-keys.json'), 'utf8'))),
    logs: values.logs === undefined ? null : resolve(values.logs),
    limitMs: LIMIT_MS,
    signal,
  };
  const outcomes: Outcome[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => values.only === undefined || values.only.includes(name))) {
    process.stderr.write(`${scenario.name}: ${scenario.what}\n`);
    outcomes.push(await runScenario(bench, scenario));
    if (signal.aborted) return EXIT.interrupted;
  }
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, null, 2)}\n` : printTable(outcomes));
  return outcomes.every(({ wrong }) => wrong.length === 0) ? EXIT.ok : EXIT.failed;
}

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopped.abort());
main(stopped.signal).then((code) => {
  process.exitCode = code;
});
