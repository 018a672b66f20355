import { formatNumber, formatPercent } from '../gates/format';
import type { Calibration } from './calibration';
import type { Rate } from './rate';
import type { Recorded } from './recorded';

/** A rate and what it is surely not above. */
function withBound({ value, high95 }: Rate): string {
  return `${percent(value)} (≤ ${percent(high95)})`;
}

function percent(share: number): string {
  return formatPercent(Number(share.toPrecision(3)));
}

/** The calibration for a person: a row for each noise model and soak length, and one for the whole policy. */
export function calibrationText({ trials, seed, gate, cells, compared, policy }: Calibration): string {
  const rows = cells.map((cell) => [
    cell.model,
    String(cell.points),
    grouped(cell.falseAlarmRate.n),
    withBound(cell.falseAlarmRate),
    withBound(cell.inconclusiveRate),
    percent(cell.detectionRate.value),
    formatNumber(Number(cell.smallestLeak.toPrecision(2))),
  ]);
  const beside = compared.map(({ points, falseAlarmRate }) => `${points} minutes ${withBound(falseAlarmRate)}`);
  const head = ['noise', 'minutes', 'soaks', 'failed', 'no verdict', 'leak found', 'smallest leak'];
  const unmet = Object.entries(policy.gates).map(([id, count]) => `${id} ${count}`);
  return [
    `${gate.id}: growth above ${percent(gate.growthFloor)} and ${formatNumber(gate.growthFloorAbsolute)}, confidence ${formatNumber(gate.confidence)}; ${grouped(trials)} trials, seed ${seed}`,
    '',
    ...table([head, ...rows]),
    '',
    'failed, no verdict: of healthy soaks, and in brackets what the true share is not above (95 %).',
    'leak found: of soaks in which a leak grew to three times what is tolerated.',
    'smallest leak: connections per environment and minute that four of five soaks find.',
    `Beside the soak of an earlier release more is looked at, and healthy soaks of ${compared[0]?.model ?? 'none'} fail at`,
    `  ${beside.join(', ')}.`,
    '',
    `Whole policy, profile ${policy.profile} (${policy.stages.join(', ')}): of ${grouped(policy.notPassedRate.n)} healthy runs`,
    `  ${withBound(policy.notPassedRate)} did not pass: ${withBound(policy.falseAlarmRate)} failed, ${withBound(policy.inconclusiveRate)} had no verdict${unmet.length > 0 ? ` (${unmet.join(', ')})` : ''}.`,
    `  ${percent(policy.detectionRate.value)} of ${grouped(policy.detectionRate.n)} runs that leaked a connection in 100 requests failed.`,
    '',
  ].join('\n');
}

/** The same for recorded series: per window length, per series, and what other settings would give. */
export function recordedText(recorded: Recorded, setting: Pick<Calibration['gate'], 'growthFloor' | 'confidence'>): string {
  const row = (
    name: string,
    { falseAlarmRate, inconclusiveRate, detectionRate }: Pick<Recorded, 'falseAlarmRate' | 'inconclusiveRate' | 'detectionRate'>,
  ) => [
    name,
    grouped(falseAlarmRate.n),
    withBound(falseAlarmRate),
    percent(inconclusiveRate.value),
    detectionRate === null ? '–' : percent(detectionRate.value),
  ];
  const head = (name: string) => [name, 'windows', 'failed', 'no verdict', '+50 % found'];
  const curve = recorded.curve.map((point) =>
    row(`floor ${percent(point.growthFloor)}, confidence ${formatNumber(point.confidence)}`, point),
  );
  return [
    `The trend alone, floor ${percent(setting.growthFloor)}, confidence ${formatNumber(setting.confidence)}; windows outside of labelled spans`,
    '',
    ...table([head('datapoints'), ...recorded.cells.map((cell) => row(String(cell.points), cell)), row('all', recorded)]),
    '',
    ...table([head('series'), ...recorded.series.map((each) => row(each.series, each))]),
    '',
    ...table([head('other settings'), ...curve]),
    '',
    'Windows overlap and may hold growth that nobody labelled: the failed are an upper bound.',
    '',
  ].join('\n');
}

/** First column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
