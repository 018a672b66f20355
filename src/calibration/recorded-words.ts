import { formatNumber } from '../gates/format';
import type { Calibration } from './calibration';
import type { Recorded, Shares } from './recorded';
import { grouped, percent, table, withBound } from './table';

/** Recorded series for a person: per window length, per series, the rule of reference, and what other settings would give. */
export function recordedText(recorded: Recorded, setting: Pick<Calibration['gate'], 'growthFloor' | 'confidence'>): string {
  const row = (name: string, { falseAlarmRate, inconclusiveRate, detectionRate }: Shares, bound = withBound) => [
    name,
    grouped(falseAlarmRate.n),
    bound(falseAlarmRate),
    percent(inconclusiveRate.value),
    detectionRate === null ? '–' : percent(detectionRate.value),
  ];
  const bare = ({ value }: { value: number }) => percent(value);
  const head = (name: string) => [name, 'windows', 'failed', 'no verdict', '+50 % found'];
  const curve = recorded.curve.map((point) =>
    row(`floor ${percent(point.growthFloor)}, confidence ${formatNumber(point.confidence)}`, point),
  );
  const lengths = (cells: Recorded['cells']) => cells.map((cell) => row(String(cell.points), cell));
  return [
    `The trend alone, floor ${percent(setting.growthFloor)}, confidence ${formatNumber(setting.confidence)}; windows outside of labelled spans`,
    '',
    ...table([head('datapoints'), ...lengths(recorded.cells), row('all', recorded)]),
    '',
    ...table([head('rule of reference'), ...lengths(recorded.reference.cells), row('all', recorded.reference)]),
    '',
    ...table([head('series'), ...recorded.series.map((each) => row(each.series, each, bare))]),
    '',
    ...table([head('other settings'), ...curve]),
    '',
    'In brackets: 95 % of samples of as many series, drawn from these with replacement, fail less. Windows of one series overlap and resemble each other, so',
    'they are no bound. They may hold growth that nobody labelled: the failed are an upper bound of what is false.',
    'Rule of reference: Hamed-Rao p < 0.01, growth of the fitted line above 20 % of its start, lower end of its 90 % interval above zero.',
    '',
  ].join('\n');
}
