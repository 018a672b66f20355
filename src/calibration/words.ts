import { formatNumber, formatPercent } from '../gates/format';
import type { Calibration } from './calibration';
import { policyText } from './policy-words';
import type { NamedRate } from './rate';
import { grouped, percent, table, withBound } from './table';

/** The calibration for a person: the worst row, a row for each noise model and soak length, and the whole policy. */
export function calibrationText(calibration: Calibration): string {
  const { trials, seed, gate, falseAlarmRate, inconclusiveRate, detectionRate, policy } = calibration;
  const worst = (name: string, rate: NamedRate) => [name, withBound(rate), rate.of];
  return [
    `${gate.id}: growth above ${percent(gate.growthFloor)} and ${formatNumber(gate.growthFloorAbsolute)}, confidence ${formatNumber(gate.confidence)}; ${grouped(trials)} trials, seed ${seed}`,
    '',
    'The worst of the rows below, but for the rougher noise:',
    ...[worst('healthy, failed', falseAlarmRate), worst('healthy, no verdict', inconclusiveRate)].map(
      ([name, rate, of]) => `  ${name} ${rate}: ${of}`,
    ),
    `  leak found by the trend ${percent(detectionRate.value)} (≥ ${percent(detectionRate.low95)}): ${detectionRate.of}`,
    '',
    ...cellRows(calibration),
    '',
    'failed, no verdict: of healthy soaks, and in brackets what the true share is not above (95 %).',
    'found: of soaks in which a leak grew to three times what is tolerated, by the trend alone (no level is set) and by trend or level.',
    'smallest: connections per environment and minute that four of five soaks find.',
    '',
    ...comparedRows(calibration),
    '',
    "hidden leak found: of the same leaks where in both runs others let go as many connections, so that the candidate's own course is flat.",
    '',
    ...roughRows(calibration),
    '',
    ...policyText(policy),
    '',
  ].join('\n');
}

function cellRows({ cells }: Calibration): string[] {
  const size = (leak: number) => formatNumber(Number(leak.toPrecision(2)));
  const rows = cells.map((cell) => [
    cell.model,
    String(cell.points),
    grouped(cell.falseAlarmRate.n),
    withBound(cell.falseAlarmRate),
    withBound(cell.inconclusiveRate),
    percent(cell.trendDetectionRate.value),
    percent(cell.detectionRate.value),
    size(cell.smallestLeakByTrend),
    size(cell.smallestLeak),
  ]);
  const head = ['noise', 'minutes', 'soaks', 'failed', 'no verdict', 'found by trend', 'by both', 'smallest by trend', 'by both'];
  return table([head, ...rows]);
}

function comparedRows({ compared }: Calibration): string[] {
  const rows = compared.map(({ model, points, falseAlarmRate, inconclusiveRate, hiddenDetectionRate }) => [
    model,
    String(points),
    withBound(falseAlarmRate),
    withBound(inconclusiveRate),
    percent(hiddenDetectionRate.value),
  ]);
  return table([['beside an earlier soak', 'minutes', 'failed', 'no verdict', 'hidden leak found'], ...rows]);
}

/** One row per model: what fails at each length, and what is found. */
function roughRows({ rough }: Calibration): string[] {
  const lengths = [...new Set(rough.map(({ points }) => points))];
  const rows = [...new Set(rough.map(({ model }) => model))].map((name) => {
    const cells = rough.filter(({ model }) => model === name);
    return [
      name,
      ...cells.map(({ falseAlarmRate }) => withBound(falseAlarmRate)),
      cells.map(({ trendDetectionRate }) => formatPercent(Number(trendDetectionRate.value.toPrecision(2)))).join(', '),
    ];
  });
  return table([['rougher noise, failed by trend', ...lengths.map((length) => `${length} minutes`), 'found'], ...rows]);
}
