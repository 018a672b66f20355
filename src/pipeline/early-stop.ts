import { setTimeout as delay } from 'node:timers/promises';
import type { LoadCut } from '../evidence/k6/load-span';
import type { Peek } from '../evidence/k6/run-load';
import { certainFailures } from '../gates/early/certain';
import type { StageEvidence } from '../gates/evidence-schema';
import { formatPercent } from '../gates/format';
import { iso } from './clock';
import { collectSeries } from './collect-series';
import { type Look, looksAt } from './looks';
import { evidenceOf, type StageRun } from './stage-run';
import { type StageWindows, stoppedWindows } from './stage-windows';

export type Stop = NonNullable<StageEvidence['stopped']>;

/** Looks at a load that runs, and tells it to stop when a gate is certain to fail. */
export interface EarlyStop {
  /** Aborted as soon as more load could not change the verdict. */
  readonly signal: AbortSignal;
  readonly onCounting: (peek: Peek) => void;
  /** Where the load was told to stop; null while it was not. */
  readonly cut: () => LoadCut | null;
  readonly stop: () => Stop | null;
  /** Ends the looks. @throws what a look threw */
  readonly over: () => Promise<void>;
}

export function watchEarly(run: StageRun, windows: StageWindows): EarlyStop {
  const { periodMs } = run.settings;
  const certain = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([run.signal, ended.signal]);
  let peek: Peek | null = null;
  let stop: Stop | null = null;

  const watch = async (): Promise<void> => {
    for (const look of run.looks == null ? [] : looksAt(run.stage.name, windows, periodMs)) {
      await delay(Math.max(0, look.atMs - Date.now()), undefined, { signal });
      const gates = peek === null ? [] : await lookAt(run, windows, look, peek, signal);
      if (gates.length === 0) continue;
      stop = { look: look.share, at: iso(Date.now()), gates: [...gates] };
      run.listener({
        kind: 'step',
        text: `${run.stage.name}: stopped at ${formatPercent(look.share)}: ${gates.join(', ')} certain to fail`,
      });
      certain.abort();
      return;
    }
  };
  // Kept until somebody waits for it: a look that breaks must not end the process.
  const looked = watch().then(
    () => null,
    (error: unknown) => (signal.aborted ? null : { error }),
  );
  return {
    signal: certain.signal,
    onCounting: (given) => {
      peek = given;
    },
    cut: () =>
      stop && { stopMs: Date.parse(stop.at), judgedEndMs: Date.parse(stoppedWindows(windows, Date.parse(stop.at), periodMs).judged.end) },
    stop: () => stop,
    over: async () => {
      ended.abort();
      const broken = await looked;
      if (broken !== null) throw broken.error;
    },
  };
}

/** The gates that are certain to fail; none when the metrics did not settle in time: nothing is judged on unsettled ones. */
async function lookAt(run: StageRun, windows: StageWindows, look: Look, peek: Peek, signal: AbortSignal): Promise<readonly string[]> {
  const { atMs, share, untilMs } = look;
  if (run.looks == null) return [];
  // Before the metrics are waited for: what k6 counts later the gateway will have counted later.
  const loaded = peek({ stopMs: atMs, judgedEndMs: atMs });
  const { series, fault } = await collectSeries({
    target: run.target,
    stage: run.stage.name,
    gates: run.stage.gates,
    identity: run.description.identity,
    deployedAtMs: run.description.deployedAt.getTime(),
    loadStartMs: Date.parse(windows.window.start),
    loadEndMs: atMs,
    watchEndMs: atMs,
    completed: true,
    settings: { ...run.settings, deadlineMs: Math.max(0, untilMs - Date.now()) },
    signal,
  });
  if (fault !== null) return [];
  const until = { start: windows.window.start, end: iso(atMs) };
  const judged = { start: windows.judged.start, end: iso(atMs) };
  const stage = evidenceOf(run, { window: until, judged, after: null }, loaded, series, null, { look: share, at: iso(atMs), gates: [] });
  return certainFailures({ stage, ...run.looks });
}
