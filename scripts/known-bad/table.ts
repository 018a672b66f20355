import { median } from '../../src/gates/stats/quantile';
import type { RunOutcome } from './outcome';

/** A Markdown table, one row a release over all of its runs, and below it what they come to. */
export function printTable(outcomes: readonly RunOutcome[]): string {
  const names = [...new Set(outcomes.map(({ name }) => name))];
  const rows = names.map((name) =>
    rowOf(
      name,
      outcomes.filter((outcome) => outcome.name === name),
    ),
  );
  const head = [
    'release',
    'must end as',
    'as declared',
    'other gates that fired',
    'time to verdict',
    'k6 thresholds alone',
    'static CloudWatch limits alone',
  ];
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `${table}\n\n${totals(outcomes).join('\n')}\n`;
}

function rowOf(name: string, runs: readonly RunOutcome[]): readonly string[] {
  const [first] = runs;
  const good = runs.filter(({ asDeclared }) => asDeclared).length;
  const times = runs.map(({ seconds }) => seconds);
  const wrong = runs
    .filter(({ asDeclared }) => !asDeclared)
    .map(({ verdict, promotion, code }) => `${verdict}, ${promotion}, exit ${code}`);
  return [
    name,
    first?.expected ?? '',
    `${good} of ${runs.length}${wrong.length === 0 ? '' : ` (**${[...new Set(wrong)].join('; ')}**)`}`,
    counted(runs, ({ failed, inconclusive, expected }) => [
      ...failed.filter((id) => id !== expected),
      ...inconclusive.map((id) => `${id} (?)`),
    ]),
    `${Math.round(median(times))} s`,
    counted(runs, ({ alone }) => alone?.k6 ?? [], 'pass'),
    counted(runs, ({ alone }) => alone?.cloudWatch ?? [], 'pass'),
  ];
}

/** What fired, with in how many runs where not in all. */
function counted(runs: readonly RunOutcome[], of: (run: RunOutcome) => readonly string[], none = '-'): string {
  const all = runs.flatMap((run) => [...new Set(of(run))]);
  const fired = [...new Set(all)].map((id) => {
    const times = all.filter((each) => each === id).length;
    return times === runs.length ? id : `${id} (${times} of ${runs.length})`;
  });
  return fired.join(', ') || none;
}

function totals(outcomes: readonly RunOutcome[]): readonly string[] {
  const bad = outcomes.filter(({ expected }) => expected !== 'promoted');
  const good = outcomes.filter(({ expected }) => expected === 'promoted');
  const missedBy = (of: (alone: NonNullable<RunOutcome['alone']>) => readonly string[]) =>
    bad.filter(({ alone }) => alone !== null && of(alone).length === 0).length;
  const blamedBy = (of: (alone: NonNullable<RunOutcome['alone']>) => readonly string[]) =>
    good.filter(({ alone }) => alone !== null && of(alone).length > 0).length;
  const medians = [true, false].flatMap((earlyStop) => {
    const times = bad.filter((run) => run.earlyStop === earlyStop).map(({ seconds }) => seconds);
    return times.length === 0 ? [] : [`${Math.round(median(times))} s ${earlyStop ? 'with' : 'without'} early stop (${times.length} runs)`];
  });
  return [
    `Bad: ${bad.length} runs, ${bad.filter(({ promotion }) => promotion === 'promoted').length} promoted, ${bad.filter(({ asDeclared }) => asDeclared).length} blocked by the declared gate; good: ${good.length} runs, ${good.filter(({ asDeclared }) => !asDeclared).length} blocked.`,
    ...(medians.length === 0 ? [] : [`Median time to verdict of bad releases: ${medians.join(', ')}.`]),
    `k6 thresholds alone would have passed ${missedBy(({ k6 }) => k6)} of the ${bad.length} bad runs and blocked ${blamedBy(({ k6 }) => k6)} of the ${good.length} good ones; static CloudWatch limits alone ${missedBy(({ cloudWatch }) => cloudWatch)} and ${blamedBy(({ cloudWatch }) => cloudWatch)}.`,
    `All runs together: ${Math.round(outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60)} minutes.`,
  ];
}
