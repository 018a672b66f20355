import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { LOAD_ENV } from '../../contract';
import type { LoadEvidence, Series } from '../../gates/evidence-schema';
import { type LoadPlan, plannedDurationMs } from '../../gates/load-plan';
import { type CpuPressure, watchCpuPressure } from './cpu-pressure';
import { splitLines } from './line-splitter';
import { type Ending, loadEvidenceOf } from './load-evidence';
import { k6Environment, type LoadProcess, startProcess } from './process';
import { type LoadProgress, progressOf } from './progress';
import { parseLine } from './sample';
import { seriesOf } from './series';
import { readSummary } from './summary';
import { addLine, createTally, type Tally } from './tally';
import { k6Version } from './version';

export interface LoadRequest {
  /** The k6 binary. */
  readonly k6: string;
  /** The script to run: scenario and shape. */
  readonly script: string;
  readonly plan: LoadPlan;
  readonly baseUrl: string;
  /** Epoch milliseconds of the first arrival's period: a period boundary, at least `loadLeadMs(plan)` from now. */
  readonly startAt: number;
  /** Where k6's own output goes. Created when missing. */
  readonly directory: string;
  /** Ends the load: the outcome is then `stopped`, whatever k6 says. */
  readonly signal: AbortSignal;
  /** Called with k6's process id when it was started. */
  readonly onStarted?: (pid: number | null) => void;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Further variables for the script, e.g. credentials narrowed to invoking the API. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

export interface LoadResult {
  readonly outcome: LoadEvidence['outcome'];
  readonly exitCode: number | null;
  /** One sentence, without its full stop, when the outcome is not `completed`. */
  readonly detail: string | null;
  readonly series: Series[];
  readonly load: LoadEvidence;
}

/** Tags that the evidence needs; others would only make k6's output longer. `vu` joins a check to its request. */
const SYSTEM_TAGS = ['status', 'name', 'method', 'scenario', 'check', 'error_code', 'vu'];
/** Beyond the planned end and the last request's time-out, milliseconds. */
const OVERDUE_MS = 15_000;

/** How long before its start a load must be given to `runLoad`, milliseconds: k6 starts, prepares its VUs and warms. */
export function loadLeadMs(plan: LoadPlan): number {
  const vus = plan.peakRate * (plan.requestTimeoutMs / 1000) * 1.2;
  return 1500 + Math.ceil(vus) + (plan.warm > 0 ? 1000 : 0);
}

/**
 * Runs k6 to the end of its script and reads it as series while it runs. Does not throw for anything k6 does:
 * that is the outcome. Leaves no process, also when it is stopped in the middle.
 * @throws Error when the directory cannot be written.
 */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const tally = createTally(request.plan, request.startAt);
  const pressure = watchCpuPressure();
  const version = await k6Version(request.k6);
  const name = version.kind === 'unusable' ? 'unknown' : version.version;
  const files = await prepareFiles(request);
  let ending: Ending;
  if (request.signal.aborted) ending = { kind: 'stopped', exitCode: null };
  else if (version.kind !== 'supported') ending = { kind: 'failed', exitCode: null, detail: version.detail };
  else ending = await drive(request, files, tally, pressure);
  const load = loadEvidenceOf({
    plan: request.plan,
    tally,
    ending,
    k6Version: name,
    cpuPressure: pressure.percent(),
    summary: await readSummary(files.summary),
  });
  const { outcome, exitCode, detail } = load;
  return { outcome, exitCode, detail, series: seriesOf(tally, request.startAt), load };
}

interface Files {
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
}

async function prepareFiles({ directory, plan }: LoadRequest): Promise<Files> {
  await mkdir(directory, { recursive: true });
  const at = (suffix: string) => join(directory, `k6-${plan.stage}${suffix}`);
  const files = { stdout: at('.stdout.log'), stderr: at('.stderr.log'), summary: at('-summary.json') };
  // An earlier run's totals must never stand for this one's.
  await rm(files.summary, { force: true });
  return files;
}

async function drive(request: LoadRequest, files: Files, tally: Tally, pressure: CpuPressure): Promise<Ending> {
  const now = request.now ?? Date.now;
  const stdoutLog = createWriteStream(files.stdout);
  const stderrLog = createWriteStream(files.stderr);
  // Settled and not raced: a full disk must not leave k6 behind.
  const written = Promise.allSettled([finished(stdoutLog), finished(stderrLog)]);
  const k6 = startProcess(request.k6, argumentsOf(request), variablesOf(request, files));
  request.onStarted?.(k6.pid);
  readSamples(k6, tally, stdoutLog);
  k6.stderr.pipe(stderrLog, { end: false });

  let endedBy: 'stopped' | 'overdue' | null = null;
  const end = (why: 'stopped' | 'overdue') => {
    endedBy ??= why;
    k6.end();
  };
  const stop = () => end('stopped');
  request.signal.addEventListener('abort', stop, { once: true });
  const plannedEnd = Math.max(now(), request.startAt) + plannedDurationMs(request.plan);
  const tick = setInterval(() => {
    const at = now();
    if (at >= request.startAt && at <= plannedEnd + 1000) pressure.mark();
    request.onProgress?.(progressOf(tally, request.startAt, at));
    if (at > plannedEnd + request.plan.requestTimeoutMs + OVERDUE_MS) end('overdue');
  }, 1000);

  const exit = await k6.exited;
  clearInterval(tick);
  request.signal.removeEventListener('abort', stop);
  stdoutLog.end();
  stderrLog.end();
  for (const log of await written) if (log.status === 'rejected') throw log.reason;
  if (endedBy === 'stopped') return { kind: 'stopped', exitCode: exit.code };
  if (endedBy === 'overdue') return { kind: 'failed', exitCode: exit.code, detail: 'k6 did not end by itself and was stopped' };
  if (exit.error !== null) return { kind: 'failed', exitCode: null, detail: `k6 could not be started: ${exit.error.message}` };
  return { kind: 'exited', exitCode: exit.code, signal: exit.signal };
}

function argumentsOf({ script }: LoadRequest): readonly string[] {
  return ['run', '--quiet', '--no-color', '--out', 'json', `--system-tags=${SYSTEM_TAGS.join(',')}`, script];
}

function variablesOf({ directory, environment, baseUrl, plan, startAt }: LoadRequest, files: Files): NodeJS.ProcessEnv {
  return k6Environment(directory, {
    ...environment,
    [LOAD_ENV.baseUrl]: baseUrl,
    [LOAD_ENV.plan]: JSON.stringify(plan),
    [LOAD_ENV.startAt]: String(startAt),
    [LOAD_ENV.summaryPath]: files.summary,
  });
}

/** Samples go into the tally; whatever else k6 or its script prints is kept as text. */
function readSamples(k6: LoadProcess, tally: Tally, log: WriteStream): void {
  const lines = splitLines((line) => {
    const parsed = parseLine(line);
    addLine(tally, parsed);
    if (parsed.kind === 'malformed') log.write(`${line}\n`);
  });
  k6.stdout.on('data', (chunk: Buffer) => lines.write(chunk));
  k6.stdout.once('end', () => lines.end());
}
