import { median } from '../../src/gates/stats/quantile';
import type { Alone } from './alone';
import type { RunOutcome } from './outcome';

const HEAD = [
  'release',
  'profile',
  'must end as',
  'as declared',
  'other gates that fired',
  'time to verdict',
  'k6 thresholds alone',
  'static CloudWatch limits alone',
];

/** A Markdown table, one row a release and profile over all of its runs, and below it what they come to. */
export function printTable(outcomes: readonly RunOutcome[]): string {
  const groups = Map.groupBy(outcomes, ({ name, profile }) => `${name} ${profile}`);
  const rows = [...groups.values()].map(rowOf);
  const table = [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `${table}\n\n${totals(outcomes).join('\n')}\n`;
}

function rowOf(runs: readonly RunOutcome[]): readonly string[] {
  const [first] = runs;
  const good = runs.filter(({ asDeclared }) => asDeclared).length;
  const times = runs.map(({ seconds }) => seconds);
  const wrong = runs
    .filter(({ asDeclared }) => !asDeclared)
    .map(({ verdict, promotion, code }) => `${verdict}, ${promotion}, exit ${code}`);
  return [
    first?.name ?? '',
    first?.profile ?? '',
    first?.expected ?? '',
    `${good} of ${runs.length}${wrong.length === 0 ? '' : ` (**${[...new Set(wrong)].join('; ')}**)`}`,
    counted(runs, ({ failed, inconclusive, expected }) => [
      ...failed.filter((each) => each !== expected),
      ...inconclusive.map((each) => `${each} (?)`),
    ]),
    `${Math.round(median(times))} s`,
    counted(runs, ({ alone }) => heard(alone, ({ k6 }) => k6)),
    counted(runs, ({ alone }) => heard(alone, ({ cloudWatch }) => cloudWatch)),
  ];
}

function heard(alone: RunOutcome['alone'], of: (alone: Alone) => readonly string[]): readonly string[] {
  if (alone === null || alone === 'load stopped') return [alone ?? 'no evidence'];
  return of(alone).length === 0 ? ['pass'] : of(alone);
}

/** What fired, with in how many runs where not in all. */
function counted(runs: readonly RunOutcome[], of: (run: RunOutcome) => readonly string[]): string {
  const all = runs.flatMap((run) => [...new Set(of(run))]);
  const fired = [...new Set(all)].map((id) => {
    const times = all.filter((each) => each === id).length;
    return times === runs.length ? id : `${id} (${times} of ${runs.length})`;
  });
  return fired.join(', ') || '-';
}

function totals(outcomes: readonly RunOutcome[]): readonly string[] {
  const bad = outcomes.filter(({ expected }) => expected !== 'promoted');
  const good = outcomes.filter(({ expected }) => expected === 'promoted');
  const medians = [true, false].flatMap((earlyStop) => {
    const times = bad.filter((run) => run.earlyStop === earlyStop).map(({ seconds }) => seconds);
    return times.length === 0 ? [] : [`${Math.round(median(times))} s ${earlyStop ? 'with' : 'without'} early stop (${times.length} runs)`];
  });
  return [
    `Bad: ${bad.length} runs, ${bad.filter(({ promotion }) => promotion === 'promoted').length} promoted, ${bad.filter(({ asDeclared }) => asDeclared).length} blocked by the declared gate for the declared reason; good: ${good.length} runs, ${good.filter(({ asDeclared }) => !asDeclared).length} blocked.`,
    ...(medians.length === 0 ? [] : [`Median time to verdict of bad releases: ${medians.join(', ')}.`]),
    aloneTotal(bad, good),
    madeOf(outcomes),
    `All runs together: ${Math.round(outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60)} minutes.`,
  ];
}

/** Only of runs whose load ran to its end: what was cut off nobody else could judge. */
function aloneTotal(bad: readonly RunOutcome[], good: readonly RunOutcome[]): string {
  const aloneOf = (runs: readonly RunOutcome[]) => runs.flatMap(({ alone }) => (alone === null || alone === 'load stopped' ? [] : [alone]));
  const [ofBad, ofGood] = [aloneOf(bad), aloneOf(good)];
  const [silent, loud] = [(limits: readonly string[]) => limits.length === 0, (limits: readonly string[]) => limits.length > 0];
  const [k6, cloudWatch] = [({ k6 }: Alone) => k6, ({ cloudWatch }: Alone) => cloudWatch];
  const count = (runs: readonly Alone[], of: typeof k6, is: typeof silent) => runs.filter((alone) => is(of(alone))).length;
  return `Where the load was not stopped early, k6 thresholds alone would have passed ${count(ofBad, k6, silent)} of the ${ofBad.length} bad runs and blocked ${count(ofGood, k6, loud)} of the ${ofGood.length} good ones; static CloudWatch limits alone ${count(ofBad, cloudWatch, silent)} and ${count(ofGood, cloudWatch, loud)}.`;
}

/** Runs of different code or policy are no one result: whoever reads the table is told. */
function madeOf(outcomes: readonly RunOutcome[]): string {
  const by = (of: (made: RunOutcome['made']) => string | null) =>
    [...Map.groupBy(outcomes, ({ made }) => of(made) ?? 'unknown')].map(([each, runs]) => `${each} (${runs.length})`).join(', ');
  const commit = by(({ commit: sha }) => sha?.replace(/^([0-9a-f]{7})[0-9a-f]{33}/, '$1') ?? null);
  const policy = by(({ policyDigest }) => policyDigest?.slice(0, 'sha256:'.length + 12) ?? null);
  return `Runs: ${outcomes.length}, by commit ${commit}; by policy ${policy}; by k6 ${by(({ k6Version }) => k6Version)}; by Node ${by(({ nodeVersion }) => nodeVersion)}.`;
}
