import type { EndReason, Environment, EnvironmentState } from './environment';
import { type Core, type EnvironmentOptions, failAll, finish } from './environment-core';
import { errorOutcome, type Invocation, responseOutcome } from './invocation';
import type { LimitedProcess, ProcessExit } from './limited-process';
import { createMemoryGauge } from './memory-gauge';
import type { RuntimeApi, RuntimeApiEvents } from './runtime-api';

export interface Machine {
  readonly environment: Environment;
  readonly events: RuntimeApiEvents;
  /** Gives the machine the process and the API that it drives; nothing runs before. */
  attach(process: LimitedProcess, api: RuntimeApi): void;
  /** Instead of `attach`: the process could not be started. */
  abandon(reason: Error): void;
}

/** The states of one execution environment, from INIT to its end. */
export function createMachine(options: EnvironmentOptions): Machine {
  const startedAt = Date.now();
  const core = createCore(options, startedAt);
  const initTimer = setTimeout(() => void end(core, 'init-timeout'), options.initLimitMs);
  void core.init.promise.then(() => clearTimeout(initTimer));
  const environment: Environment = {
    id: options.id,
    version: options.version,
    startedAt,
    ready: core.init.promise,
    pid: () => core.process?.pid ?? 0,
    state: () => stateOf(core),
    free: () => (core.phase === 'live' ? (core.api?.waiting() ?? 0) : 0),
    settling: () => (core.phase === 'live' ? core.settling : 0),
    idleSince: () => core.idleSince,
    run: (invocation) => run(core, invocation),
    end: (reason) => end(core, reason),
  };
  return {
    environment,
    events: runtimeEvents(core, environment, performance.now()),
    attach(process, api) {
      core.process = process;
      core.api = api;
      void process.exit.then((exit) => exited(core, environment, exit));
      if (core.phase === 'ended') process.kill();
    },
    abandon(reason) {
      core.initError = { errorType: 'Sandbox.StartFailed', errorMessage: reason.message, trace: [] };
      exited(core, environment, { code: null, signal: null });
    },
  };
}

function createCore(options: EnvironmentOptions, startedAt: number): Core {
  const core: Core = {
    options,
    running: new Map(),
    init: Promise.withResolvers(),
    gone: Promise.withResolvers(),
    gauge: createMemoryGauge(() => core.process?.peakMemory() ?? null),
    process: null,
    api: null,
    phase: 'starting',
    frozen: false,
    settling: 0,
    idleSince: startedAt,
    initError: null,
    endReason: null,
    initDurationMs: null,
  };
  return core;
}

function stateOf(core: Core): EnvironmentState {
  if (core.phase !== 'live') return core.phase;
  return core.running.size + core.settling > 0 ? 'busy' : 'idle';
}

function runtimeEvents(core: Core, environment: Environment, begun: number): RuntimeApiEvents {
  const { version } = core.options;
  return {
    onPoll() {
      if (core.phase === 'ended') return;
      if (core.phase === 'starting') {
        core.phase = 'live';
        core.initDurationMs = performance.now() - begun;
        core.init.resolve({ ok: true, durationMs: core.initDurationMs });
      } else if (core.settling > 0) {
        core.settling -= 1;
      }
      core.idleSince = Date.now();
      core.options.listener.onFree(environment);
      if (stateOf(core) !== 'idle') return;
      core.process?.freeze();
      core.frozen = true;
    },
    onResponse: (id, payload) => finish(core, id, responseOutcome(payload, version), null),
    onTooLarge: (id, bytes) => finish(core, id, tooLarge(version, bytes), 'error'),
    onError: (id, error) => finish(core, id, { kind: 'function-error', error, version }, 'error'),
    onInitError(error) {
      core.initError = error;
    },
  };
}

function run(core: Core, invocation: Invocation): void {
  const { log, timeoutMs, version, functionArn } = core.options;
  if (core.frozen) core.process?.thaw();
  core.frozen = false;
  log.start(invocation.requestId, version);
  const timer = setTimeout(() => timedOut(core, invocation.requestId), timeoutMs);
  core.running.set(invocation.requestId, { invocation, since: performance.now(), timer });
  core.api?.deliver(invocation, Date.now() + timeoutMs, functionArn);
}

function timedOut(core: Core, id: string): void {
  const { log, timeoutMs, version } = core.options;
  const text = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
  log.line(`${new Date().toISOString()} ${id} ${text}`);
  finish(core, id, errorOutcome(version, 'Sandbox.Timedout', `RequestId: ${id} Error: ${text}`), 'timeout');
  void end(core, 'timeout');
}

function end(core: Core, reason: EndReason): Promise<void> {
  if (core.phase !== 'ended') {
    if (reason === 'init-timeout') {
      const seconds = (core.options.initLimitMs / 1000).toFixed(2);
      core.initError = { errorType: 'Sandbox.Timedout', errorMessage: `Init timed out after ${seconds} seconds`, trace: [] };
    }
    core.options.log.line(`Environment ended: ${reason}`);
    core.endReason = reason;
    core.phase = 'ended';
    // The network must know before the kernel closes the sockets.
    core.options.onDying();
    core.process?.kill();
    failAll(core, 'Runtime exited with error: signal: killed');
  }
  return core.gone.promise;
}

function exited(core: Core, environment: Environment, exit: ProcessExit): void {
  if (core.phase !== 'ended') core.options.onDying();
  core.phase = 'ended';
  const text = `Runtime exited with error: ${exitText(exit)}`;
  failAll(core, text);
  core.init.resolve({ ok: false, error: core.initError ?? { errorType: 'Runtime.ExitError', errorMessage: text, trace: [] } });
  core.api?.close();
  core.options.listener.onEnded(environment, disturbanceOf(core, exit));
  // One turn later the last REPORT lines are in.
  setImmediate(() => void core.options.log.close().then(core.gone.resolve));
}

/** Signals that come from outside: a release that crashes ends with others (SIGABRT, SIGSEGV) or with a status. */
const FOREIGN_SIGNALS: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

function disturbanceOf(core: Core, exit: ProcessExit): string | null {
  const { id, version } = core.options;
  if (core.endReason === 'killed') return `Environment ${id} of version ${version} was killed as a fault`;
  if (core.endReason !== null || !FOREIGN_SIGNALS.includes(exit.signal)) return null;
  return `Environment ${id} of version ${version} was ended from outside by ${exit.signal}`;
}

/** The words of Lambda's own messages, because people search logs for them. */
function exitText(exit: ProcessExit): string {
  if (exit.signal === null) return `exit status ${exit.code}`;
  return `signal: ${exit.signal === 'SIGKILL' ? 'killed' : exit.signal}`;
}

function tooLarge(version: string, bytes: number) {
  const message = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (6291456 bytes).`;
  return errorOutcome(version, 'Function.ResponseSizeTooLarge', message);
}
