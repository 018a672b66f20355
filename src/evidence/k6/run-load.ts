import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { LOAD_ENV } from '../../contract';
import { type LoadPlan, plannedDurationMs } from '../../gates/load-plan';
import { type Access, openAccess, type RequestSigning } from './access';
import { type CpuPressure, watchCpuPressure } from './cpu-pressure';
import { splitLines } from './line-splitter';
import { type Ending, type LoadResult, type Outcome, outcomeOf } from './load-evidence';
import type { LoadCut } from './load-span';
import { mergeParts } from './merge';
import { type LoadPart, partOf } from './part';
import { k6Environment, type LoadProcess, startProcess } from './process';
import { type LoadProgress, progressOf } from './progress';
import { parseLine } from './sample';
import { type Segment, segmentArguments, WHOLE } from './segment';
import { type LoadSummary, readSummary } from './summary';
import { addLine, createTally, type Tally } from './tally';
import { k6Version } from './version';

export interface LoadRequest {
  /** The k6 binary. */
  readonly k6: string;
  /** The script to run: scenario and shape. */
  readonly script: string;
  readonly plan: LoadPlan;
  /** The share of one of several generators; without it the whole plan. */
  readonly segment?: Segment;
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
  /** Called when k6 is about to be started: what is given tells what has been counted, whenever it is asked. */
  readonly onCounting?: (peek: Peek) => void;
  /** Asked when k6 has ended: where the load was stopped before its plan's end, or null. */
  readonly cut?: () => LoadCut | null;
  /** Where strangers are refused: what the script's requests are signed with. Without it nothing is signed. */
  readonly access?: RequestSigning;
  /** Further variables for the script. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

/** The load until now; its outcome is `stopped`. */
export type Peek = (cut: LoadCut) => LoadResult;

/** Tags that the evidence needs; others would only make k6's output longer. `vu` joins a check to its request. */
const SYSTEM_TAGS = ['status', 'name', 'method', 'scenario', 'check', 'error_code', 'vu'];
/** CPU time that a k6 process takes to read its script, milliseconds, rounded up. */
const START_MS = 300;
/** Beyond the planned end and the last request's time-out, milliseconds. */
const OVERDUE_MS = 15_000;

/**
 * How long before its start a load must be given to `runLoad`, milliseconds: k6 starts, prepares its VUs and warms.
 * @param generators that share this machine.
 */
export function loadLeadMs(plan: LoadPlan, generators = 1): number {
  const vus = plan.peakRate * (plan.requestTimeoutMs / 1000) * 1.2;
  return 1500 + (generators - 1) * START_MS + Math.ceil(vus) + (plan.warm > 0 ? 1000 : 0);
}

/**
 * Runs k6 to the end of its script and reads it as series while it runs. Does not throw for anything k6 does:
 * that is the outcome. Leaves no process, also when it is stopped in the middle.
 * @throws Error when the directory cannot be written.
 */
export async function runLoad(request: LoadRequest): Promise<LoadResult> {
  const part = await runPart(request, tallyFor(request), (peek) => request.onCounting?.((cut) => mergeParts([peek()], cut)));
  return mergeParts([part], request.cut?.());
}

/**
 * One generator's share, as `runLoad` runs the whole.
 * @param tally is counted into, so that others can watch
 * @param onCounting is given what tells the part that was counted until then
 */
export async function runPart(
  request: LoadRequest,
  tally = tallyFor(request),
  onCounting?: (peek: () => LoadPart) => void,
): Promise<LoadPart> {
  const pressure = watchCpuPressure();
  const version = await k6Version(request.k6);
  const name = version.kind === 'unusable' ? 'unknown' : version.version;
  const files = await prepareFiles(request);
  const segment = request.segment ?? WHOLE;
  const part = (outcome: Outcome, summary: LoadSummary | null): LoadPart =>
    partOf({ segment, tally, ...outcome, k6Version: name, cpuPressure: pressure.percent(), summary });
  onCounting?.(() => part(outcomeOf({ kind: 'stopped', exitCode: null }), null));
  let ending: Ending;
  if (request.signal.aborted) ending = { kind: 'stopped', exitCode: null };
  else if (version.kind !== 'supported') ending = { kind: 'failed', exitCode: null, detail: version.detail };
  else ending = await driveWithAccess(request, files, tally, pressure);
  return part(outcomeOf(ending), await readSummary(files.summary));
}

export function tallyFor({ plan, startAt, segment = WHOLE }: LoadRequest): Tally {
  return createTally(plan, startAt, segment.of);
}

interface Files {
  readonly stdout: string;
  readonly stderr: string;
  readonly summary: string;
}

async function prepareFiles({ directory, plan, segment = WHOLE }: LoadRequest): Promise<Files> {
  await mkdir(directory, { recursive: true });
  const share = segment.of > 1 ? `-${segment.index}of${segment.of}` : '';
  const at = (suffix: string) => join(directory, `k6-${plan.stage}${share}${suffix}`);
  const files = { stdout: at('.stdout.log'), stderr: at('.stderr.log'), summary: at('-summary.json') };
  // An earlier run's totals must never stand for this one's.
  await rm(files.summary, { force: true });
  return files;
}

async function driveWithAccess(request: LoadRequest, files: Files, tally: Tally, pressure: CpuPressure): Promise<Ending> {
  const access = await openAccess(request.access ?? null);
  try {
    if (request.signal.aborted) return { kind: 'stopped', exitCode: null };
    const lost = access.lost();
    return lost === null ? await drive(request, access, files, tally, pressure) : { kind: 'failed', exitCode: null, detail: lost };
  } finally {
    await access.close();
  }
}

async function drive(request: LoadRequest, access: Access, files: Files, tally: Tally, pressure: CpuPressure): Promise<Ending> {
  const now = request.now ?? Date.now;
  const stdoutLog = createWriteStream(files.stdout);
  const stderrLog = createWriteStream(files.stderr);
  // Settled and not raced: a full disk must not leave k6 behind.
  const written = Promise.allSettled([finished(stdoutLog), finished(stderrLog)]);
  const k6 = startProcess(request.k6, argumentsOf(request, access), variablesOf(request, access, files));
  request.onStarted?.(k6.pid);
  readSamples(k6, tally, stdoutLog);
  k6.stderr.pipe(stderrLog, { end: false });

  let endedBy: 'stopped' | 'overdue' | 'locked-out' | null = null;
  const end = (why: 'stopped' | 'overdue' | 'locked-out') => {
    endedBy ??= why;
    k6.end();
  };
  const stop = () => end('stopped');
  request.signal.addEventListener('abort', stop, { once: true });
  const plannedEnd = Math.max(now(), request.startAt) + plannedDurationMs(request.plan);
  const tick = setInterval(() => {
    const at = now();
    if (at >= request.startAt && at <= plannedEnd + 1000) pressure.mark();
    request.onProgress?.(progressOf([tally], request.startAt, at));
    if (at > plannedEnd + request.plan.requestTimeoutMs + OVERDUE_MS) end('overdue');
    if (access.lost() !== null) end('locked-out');
  }, 1000);

  const exit = await k6.exited;
  clearInterval(tick);
  request.signal.removeEventListener('abort', stop);
  stdoutLog.end();
  stderrLog.end();
  for (const log of await written) if (log.status === 'rejected') throw log.reason;
  if (endedBy === 'stopped') return { kind: 'stopped', exitCode: exit.code };
  const lost = access.lost();
  if (lost !== null) return { kind: 'failed', exitCode: exit.code, detail: lost };
  if (endedBy === 'overdue') return { kind: 'failed', exitCode: exit.code, detail: 'k6 did not end by itself and was stopped' };
  if (exit.error !== null) return { kind: 'failed', exitCode: null, detail: `k6 could not be started: ${exit.error.message}` };
  return { kind: 'exited', exitCode: exit.code, signal: exit.signal };
}

function argumentsOf({ script, segment = WHOLE }: LoadRequest, access: Access): readonly string[] {
  const output = ['--quiet', '--no-color', '--out', 'json', `--system-tags=${SYSTEM_TAGS.join(',')}`];
  return ['run', ...output, ...segmentArguments(segment), ...access.arguments, script];
}

function variablesOf(request: LoadRequest, access: Access, files: Files): NodeJS.ProcessEnv {
  const { directory, environment, baseUrl, plan, startAt, segment = WHOLE } = request;
  return k6Environment(directory, {
    ...environment,
    ...access.variables,
    [LOAD_ENV.baseUrl]: baseUrl,
    [LOAD_ENV.plan]: JSON.stringify(plan),
    [LOAD_ENV.startAt]: String(startAt),
    [LOAD_ENV.summaryPath]: files.summary,
    [LOAD_ENV.generators]: String(segment.of),
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
