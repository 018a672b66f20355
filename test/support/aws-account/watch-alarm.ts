import type { CodeDeployDouble } from '../../targets/aws/code-deploy-double';
import type { Replay } from '../aws-replay';
import type { Lapse } from './lapse';

export const WATCH_ALARM = 'tidegate-production-unwatched';

/** Three periods of a minute. */
const SILENCE_MS = 180_000;
const LOOKS_EVERY_MS = 10_000;

/** The dead man's switch: while nobody publishes that a canary is watched, CodeDeploy takes it back. */
export function watchAlarm(replay: Replay, clock: Lapse, factor: number, codeDeploy: CodeDeployDouble): void {
  let publishedAt = Number.NEGATIVE_INFINITY;
  const state = (): 'OK' | 'ALARM' => (clock.now() - publishedAt <= SILENCE_MS / factor ? 'OK' : 'ALARM');
  replay.script('cloudwatch', 'PutMetricData', [
    () => {
      publishedAt = clock.now();
      return {};
    },
  ]);
  replay.script('cloudwatch', 'DescribeAlarms', [() => ({ MetricAlarms: [{ AlarmName: WATCH_ALARM, StateValue: state() }] })]);
  clock.every(LOOKS_EVERY_MS, () => {
    if (state() === 'ALARM') codeDeploy.raise(WATCH_ALARM);
  });
}
