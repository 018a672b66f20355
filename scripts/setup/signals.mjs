/** Stop signals, and the exit codes that tell of them. */
import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A terminal and npm both pass one Ctrl-C on: what comes again so soon is the same key press. */
const SAME_PRESS_MS = 300;

/** Calls `handle` with the signal's name, once per request to stop. */
export function onStopSignals(handle) {
  const last = new Map();
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      const now = performance.now();
      if (now - (last.get(name) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS) return;
      last.set(name, now);
      handle(name);
    });
  }
}

/** The exit code of a program that ended with `code`, or was ended by a signal, as a shell would say it. */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
