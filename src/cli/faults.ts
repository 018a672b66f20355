import { plannedDurationMs } from '../gates/load-plan';
import { unknownName } from '../gates/suggest';
import { ConfigurationError } from '../pipeline/errors';
import type { ProgressListener } from '../pipeline/events';
import type { StageRun } from '../pipeline/stage-run';
import type { Twin } from '../twin/twin';

type Load = Parameters<NonNullable<StageRun['onLoad']>>[0];
type Break = (twin: Twin, load: Load) => unknown;

/** What can be broken in the middle of a run. Each breaks the real thing: a process, a socket, an answer. */
const FAULTS = {
  'kill-k6': (_twin, { k6Pid }) => {
    if (k6Pid !== null) process.kill(k6Pid, 'SIGKILL');
  },
  'kill-valkey': (twin) => twin.tiers.staging.cache.kill('primary'),
  'kill-environment': (twin) => twin.tiers.staging.killEnvironment(),
  'cloudwatch-no-data': (twin) => twin.cloudWatch.setFault('no-data', {}),
  'cloudwatch-hang': (twin) => twin.cloudWatch.setFault('hang', {}),
  'cloudwatch-forbidden': (twin) => twin.cloudWatch.setFault('forbidden', {}),
  'cloudwatch-partial-data': (twin) => twin.cloudWatch.setFault('partial-data', {}),
  'cloudwatch-missing-periods': (twin) => twin.cloudWatch.setFault('missing-periods', {}),
} as const satisfies Record<string, Break>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** How far into the soak's load things break. */
const AT_SHARE = 0.4;

export function faultNamed(name: string): FaultName {
  const found = FAULT_NAMES.find((each) => each === name);
  if (found === undefined) throw new ConfigurationError(unknownName('fault', name, FAULT_NAMES));
  return found;
}

/** Breaks something of the twin once, in the middle of the soak. */
export function faultInjector(name: FaultName, twin: Twin, listener: ProgressListener): (load: Load) => void {
  let done = false;
  return (load) => {
    if (load.stage.name !== 'soak' || done) return;
    done = true;
    const at = load.startAt + plannedDurationMs(load.stage.plan) * AT_SHARE;
    const timer = setTimeout(() => {
      listener({ kind: 'warning', text: `fault: ${name}` });
      const breaking: Break = FAULTS[name];
      void (async () => breaking(twin, load))().catch((error: unknown) =>
        listener({ kind: 'warning', text: `the fault itself failed: ${error}` }),
      );
    }, at - Date.now());
    timer.unref();
  };
}
