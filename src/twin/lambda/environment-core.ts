import type { EndReason, EnvironmentListener, InitResult } from './environment';
import type { EnvironmentLog } from './environment-log';
import { errorOutcome, type FunctionError, type Invocation, type InvokeOutcome } from './invocation';
import type { LimitedProcess } from './limited-process';
import type { MemoryGauge } from './memory-gauge';
import type { RuntimeApi } from './runtime-api';

export interface EnvironmentOptions {
  readonly id: string;
  readonly version: string;
  readonly functionArn: string;
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  /** Milliseconds that INIT may take: 10 s on Lambda, the function's timeout when it is tried again. */
  readonly initLimitMs: number;
  readonly log: EnvironmentLog;
  readonly listener: EnvironmentListener;
  /** Called before a kill and after an exit: from then on its connections belong to a dead environment. */
  onDying(): void;
}

export interface Running {
  readonly invocation: Invocation;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** The state that all events of one environment share. */
export interface Core {
  readonly options: EnvironmentOptions;
  /** By request id. */
  readonly running: Map<string, Running>;
  readonly init: PromiseWithResolvers<InitResult>;
  readonly gone: PromiseWithResolvers<void>;
  readonly gauge: MemoryGauge;
  process: LimitedProcess | null;
  api: RuntimeApi | null;
  phase: 'starting' | 'live' | 'ended';
  frozen: boolean;
  settling: number;
  idleSince: number;
  initError: FunctionError | null;
  endReason: EndReason | null;
  /** Until the first REPORT line has told it. */
  initDurationMs: number | null;
}

export type FinishStatus = 'timeout' | 'error' | null;

/** @returns false when no such invocation runs: it was finished before, or never was. */
export function finish(core: Core, id: string, outcome: InvokeOutcome, status: FinishStatus): boolean {
  const run = core.running.get(id);
  if (run === undefined) return false;
  core.running.delete(id);
  clearTimeout(run.timer);
  core.settling += 1;
  const { log, memorySizeMb } = core.options;
  const report = {
    requestId: id,
    durationMs: performance.now() - run.since,
    memorySizeMb,
    maxMemoryBytes: core.gauge.read(),
    initDurationMs: core.initDurationMs,
    status,
  };
  core.initDurationMs = null;
  // What the handler wrote lies in a pipe that this turn of the event loop may still have to read.
  setImmediate(() => log.report(report));
  run.invocation.settle(outcome, report.durationMs);
  return true;
}

/** Fails whatever runs: the process is gone or about to be. */
export function failAll(core: Core, text: string): void {
  for (const id of [...core.running.keys()]) {
    core.options.log.line(`RequestId: ${id} Error: ${text}\nRuntime.ExitError`);
    const message = `RequestId: ${id} Error: ${text}`;
    finish(core, id, errorOutcome(core.options.version, 'Runtime.ExitError', message), 'error');
  }
}
