import { Dashboard, GraphWidget, PeriodOverride, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CATALOGUE, type Metric } from '../../src/gates/catalogue';
import { measureOf, type Subject, seriesOf } from './catalogue-metrics';
import type { Limit } from './limits';

/** Of the 24 columns of a dashboard. */
const WIDTH = 6;

export interface DashboardProps {
  readonly name: string;
  readonly subject: Subject;
  readonly limits: readonly Limit[];
}

/** First what has a limit, with the limit as a line; then every metric of the catalogue that AWS has. */
export function drawDashboard(scope: Construct, id: string, { name, subject, limits }: DashboardProps): Dashboard {
  const dashboard = new Dashboard(scope, id, { dashboardName: name, periodOverride: PeriodOverride.INHERIT });
  const limited = limits.map((limit) => {
    const { metric, threshold } = measureOf(limit, subject);
    const lines = [{ value: threshold, label: limit.from }];
    return new GraphWidget({ title: limit.of.text, left: [metric], leftAnnotations: lines, width: WIDTH });
  });
  const drawn = CATALOGUE.filter(isOnAws).map(
    (metric) => new GraphWidget({ title: `${metric.name}: ${metric.what}`, left: [...seriesOf(metric, subject)], width: WIDTH }),
  );
  for (const [title, widgets] of [
    ['Limits', limited],
    ['What the gates read', drawn],
  ] as const) {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 }));
    dashboard.addWidgets(...widgets);
  }
  return dashboard;
}

/** A metric that is computed from another's series has none of its own to draw. */
function isOnAws({ source, from }: Metric): boolean {
  return source === 'cloudwatch' && from === null;
}
