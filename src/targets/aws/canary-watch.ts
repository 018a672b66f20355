import { type CloudWatchClient, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AwsError, attempt } from '../../aws/failure';
import { CANARY_WATCH } from '../../contract';
import type { Clock } from './clock';
import { poll } from './poll';

export interface CanaryWatchOptions {
  readonly cloudWatch: CloudWatchClient;
  readonly functionName: string;
  /** The alarm that is raised when nobody watches. */
  readonly alarmName: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Tells CodeDeploy's alarm that somebody watches the canary, until it is stopped. */
export interface CanaryWatch {
  /** Why the alarm can no longer know of this watcher, so that CodeDeploy takes the canary back; null while it can. */
  lost(): string | null;
  /** Returns when nothing is published any more. May be called again. */
  stop(): Promise<void>;
}

const PUBLISH_EVERY_MS = 30_000;
/** The alarm's periods times their length: as long as it takes a silence to raise it. */
const TOLERATED_SILENCE_MS = 3 * 60_000;
const OK_WITHIN_MS = 10 * 60_000;

/**
 * Publishes that somebody watches, and returns once the alarm believes it.
 *
 * @throws AwsError when it cannot be published, when there is no such alarm, or when it is not OK within 10 minutes
 */
export async function watchCanary(options: CanaryWatchOptions): Promise<CanaryWatch> {
  const { clock, signal } = options;
  await publish(options);
  const watch = publishing(options);
  try {
    const seen = await poll(clock, OK_WITHIN_MS, () => seenByAlarm(options), signal);
    if (seen === null) throw stillRaised(options);
    return watch;
  } catch (error) {
    await watch.stop();
    throw error;
  }
}

function stillRaised({ alarmName, functionName }: CanaryWatchOptions): AwsError {
  const { namespace, metricName, dimension } = CANARY_WATCH;
  return new AwsError(
    'rejected',
    `The alarm ${alarmName} did not become OK within ${OK_WITHIN_MS / 60_000} minutes although the metric that it waits for is published (${namespace}/${metricName}, ${dimension}=${functionName}). With it raised CodeDeploy would take a canary back at once. Compare the alarm's own metric in the CloudWatch console; production was not touched.`,
  );
}

function publishing(options: CanaryWatchOptions): CanaryWatch {
  const { clock } = options;
  const stopped = new AbortController();
  let seenAt = clock.now();
  let failure: string | null = null;
  const run = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(PUBLISH_EVERY_MS, stopped.signal);
      try {
        await publish(options);
        seenAt = clock.now();
        failure = null;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
    }
  };
  // Only the sleep ends it, and only when it is stopped.
  const ended = run().catch(() => undefined);
  return {
    lost() {
      const silentMs = clock.now() - seenAt;
      if (silentMs <= TOLERATED_SILENCE_MS) return null;
      return `the canary's watcher could publish nothing for ${Math.round(silentMs / 1000)} s, so its alarm ${options.alarmName} is raised: ${failure ?? 'the process was suspended'}`;
    },
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}

/** The time is CloudWatch's own: a runner's clock may be wrong. */
async function publish({ cloudWatch, functionName }: CanaryWatchOptions): Promise<void> {
  const { namespace, metricName, dimension } = CANARY_WATCH;
  await attempt(`publish ${namespace}/${metricName}, by which the canary's alarm knows that it is watched`, () =>
    cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: [{ MetricName: metricName, Dimensions: [{ Name: dimension, Value: functionName }], Value: 1, Unit: 'Count' }],
      }),
    ),
  );
}

async function seenByAlarm({ cloudWatch, alarmName }: CanaryWatchOptions): Promise<true | null> {
  const { MetricAlarms: found } = await attempt(`read the alarm ${alarmName}`, () =>
    cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [alarmName], AlarmTypes: ['MetricAlarm'] })),
  );
  const alarm = found?.find((each) => each.AlarmName === alarmName);
  if (alarm === undefined) {
    throw new AwsError(
      'not-found',
      `There is no alarm ${alarmName}, so nobody would take an unwatched canary back. Deploy production's stack again.`,
    );
  }
  return alarm.StateValue === 'OK' ? true : null;
}
