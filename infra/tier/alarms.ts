import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CANARY_WATCH } from '../../src/contract';
import { measureOf, type Subject } from './catalogue-metrics';
import type { Limit } from './limits';

/** Of so many periods, so many above the limit: a single bad minute wakes nobody. */
const TIER_WINDOW = { evaluationPeriods: 5, datapointsToAlarm: 3 };
/** A canary is taken back sooner. */
const CANARY_WINDOW = { evaluationPeriods: 3, datapointsToAlarm: 2 };

export interface AlarmProps {
  /** Begins the alarm's name. */
  readonly prefix: string;
  readonly limit: Limit;
  readonly subject: Subject;
  readonly action: IAlarmAction;
}

/** Silence is no alarm here: without traffic there is nothing to count. */
export function limitAlarm(scope: Construct, { prefix, limit, subject, action }: AlarmProps): Alarm {
  const slug = slugOf(limit);
  const { metric, threshold } = measureOf(limit, subject);
  // A canary may be judged by what its tier is watched for too.
  const alarm = new Alarm(scope, subject.version === null ? slug : `canary-${slug}`, {
    alarmName: `${prefix}-${slug}`,
    alarmDescription: `${limit.of.text} above ${limit.max} (${limit.from})`,
    metric,
    threshold,
    ...(subject.version === null ? TIER_WINDOW : CANARY_WINDOW),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(action);
  return alarm;
}

/** Below one report in a minute, three minutes running, nobody watches. */
const WATCH_PERIOD = Duration.minutes(1);
const WATCH_PERIODS = 3;

/**
 * The dead man's switch of a canary: it rings unless somebody says every 30 s that the canary is watched, so that CodeDeploy takes back
 * what nobody judges. It tells no person: outside of a canary it rings all the time.
 */
export function watchAlarm(scope: Construct, id: string, { prefix, functionName }: { prefix: string; functionName: string }): Alarm {
  return new Alarm(scope, id, {
    alarmName: `${prefix}-canary-unwatched`,
    alarmDescription: 'Nobody watches a canary. Normal as long as there is none.',
    metric: new Metric({
      namespace: CANARY_WATCH.namespace,
      metricName: CANARY_WATCH.metricName,
      dimensionsMap: { [CANARY_WATCH.dimension]: functionName },
      statistic: 'Sum',
      period: WATCH_PERIOD,
    }),
    threshold: 1,
    evaluationPeriods: WATCH_PERIODS,
    datapointsToAlarm: WATCH_PERIODS,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
  });
}

/** `api.5xx / api.requests`: `api-5xx-per-api-requests` */
function slugOf({ of }: Limit): string {
  return of.text
    .replace(' / ', '-per-')
    .replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    .replaceAll('.', '-');
}
