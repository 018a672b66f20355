import { formatPercent } from '../../gates/format';
import { chartsOf } from '../charts/stage-charts';
import { code } from '../escape';
import type { StageModel } from '../model';
import { formatCount, formatQuantity, formatRate } from '../numbers';
import { formatWindow } from '../times';
import { attemptText, VERDICT_MARKS } from '../words';
import { details, table } from './markup';
import { xyChart } from './mermaid';

/** Which chart of a stage tells most, best first. */
const PREFERRED = ['per-environment', 'latency', 'requests'];

/** A stage in one line: what was sent, and what came of it. */
export function stageLine({ report, evidence }: StageModel): string {
  const mark = VERDICT_MARKS[report.verdict];
  const load =
    report.load === null
      ? 'no load'
      : `${formatCount(report.load.requests)} requests at ${formatRate(report.load.achievedRate)}, ${formatCount(report.load.dropped)} dropped${report.stopped === undefined ? '' : `, stopped at ${formatPercent(report.stopped.look)}`}`;
  return `${mark.icon} ${report.name} on ${report.tier}${attemptText(evidence)}: ${mark.word}, ${load}`;
}

/** What was planned and what was reached. */
export function loadTable({ report, evidence }: StageModel): string {
  if (report.load === null) return 'The stage left no load to show.';
  const { requests, plannedRate, achievedRate, dropped, failedRate } = report.load;
  const lag = evidence?.load?.arrivalLagP95Ms ?? null;
  return table(
    ['Window (UTC)', 'Planned', 'Achieved', 'Requests', 'Dropped', 'Failed', 'Arrival lag p95'],
    [
      [
        report.window === null ? '–' : formatWindow(report.window),
        formatRate(plannedRate),
        formatRate(achievedRate),
        formatCount(requests),
        formatCount(dropped),
        formatQuantity(failedRate, 'fraction'),
        formatQuantity(lag, 'ms'),
      ],
    ],
    '-rrrrrr',
  );
}

/** The stage's load and, where there is enough to draw, its most telling chart; closed. */
export function stageDetails(stage: StageModel, withChart: boolean): string {
  const charts = withChart && stage.evidence !== null ? chartsOf(stage.evidence, stage.report) : [];
  const chart = PREFERRED.map((name) => charts.find(({ id }) => id.endsWith(name))).find((found) => found !== undefined);
  const drawing = chart === undefined ? null : xyChart(chart);
  const version = stage.evidence?.load == null ? [] : [`k6 ${code(stage.evidence.load.k6Version, 40)}`];
  return details(stageLine(stage), [loadTable(stage), ...(drawing === null ? [] : [drawing]), ...version].join('\n\n'));
}
