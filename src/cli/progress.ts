import pc from 'picocolors';
import type { ProgressEvent, ProgressListener } from '../pipeline/events';

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** How often a load line is written where lines cannot be rewritten, in seconds. */
const PLAIN_LOAD_EVERY = 10;
const MARK = { passed: '✓', failed: '✗', inconclusive: '?' } as const;

/** Whether a stream shows colours: a terminal whose user has not said NO_COLOR. */
export function coloured(stream: Terminal): boolean {
  return stream.isTTY === true && pc.isColorSupported;
}

/** Writes progress to a terminal: one live line during load on a TTY, one line per event otherwise. */
export function progressTo(stream: Terminal, started = Date.now()): ProgressListener {
  const live = stream.isTTY === true;
  const colour = pc.createColors(coloured(stream));
  let lineOpen = false;
  const line = (text: string): void => {
    if (lineOpen) stream.write('\r\x1b[2K');
    lineOpen = false;
    stream.write(`${colour.dim(clock(Date.now() - started))}  ${text}\n`);
  };
  return (event) => {
    if (event.kind !== 'load') return line(describe(event, colour));
    const text = loadLine(event);
    if (live) {
      stream.write(`\r\x1b[2K${colour.dim(clock(Date.now() - started))}  ${text}`);
      lineOpen = true;
    } else if (event.elapsedSeconds > 0 && event.elapsedSeconds % PLAIN_LOAD_EVERY === 0) {
      line(text);
    }
  };
}

function describe(event: Exclude<ProgressEvent, { kind: 'load' }>, colour: ReturnType<typeof pc.createColors>): string {
  switch (event.kind) {
    case 'step':
      return event.text;
    case 'warning':
      return colour.yellow(`! ${event.text}`);
    case 'stage-started':
      return colour.bold(`${event.stage} on ${event.tier}: ${event.plan}`);
    case 'stage-judged': {
      const paint = { passed: colour.green, failed: colour.red, inconclusive: colour.yellow }[event.verdict];
      // What the stop left open was said when it stopped.
      const open = event.gates.filter(
        ({ verdict, reason }) => verdict !== 'passed' && !(event.verdict === 'failed' && reason === 'stopped-early'),
      );
      const reasons = open.map((gate) => `\n          ${MARK[gate.verdict]} ${gate.id}: ${gate.message}`);
      return paint(`${MARK[event.verdict]} ${event.stage} ${event.verdict} (${event.gates.length} gates)${reasons.join('')}`);
    }
  }
}

function loadLine(event: Extract<ProgressEvent, { kind: 'load' }>): string {
  const p95 = event.p95Ms === null ? '' : `, p95 ${Math.round(event.p95Ms)} ms`;
  return `  ${event.elapsedSeconds}/${event.totalSeconds} s  ${event.requests} requests, ${Math.round(event.rate)}/s, ${event.failed} failed${p95}`;
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
