import { createWriteStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LogLineSink } from '../ports';

export interface ReportLine {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memorySizeMb: number;
  readonly maxMemoryBytes: number | null;
  /** Only the first invocation of an environment has it. */
  readonly initDurationMs: number | null;
  readonly status: 'timeout' | 'error' | null;
}

/** The log stream of one execution environment: a file with the lines that CloudWatch Logs would hold. */
export interface EnvironmentLog {
  output(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** A line of the platform's own. */
  line(text: string): void;
  start(requestId: string, version: string): void;
  report(report: ReportLine): void;
  close(): Promise<void>;
}

export function createEnvironmentLog(file: string, sink: LogLineSink): EnvironmentLog {
  const stream = createWriteStream(file, { flags: 'a' });
  let lost: Error | null = null;
  stream.on('error', (error) => {
    lost = error;
  });
  let pending = '';
  const flush = () => {
    if (pending !== '' && lost === null) stream.write(pending);
    pending = '';
  };
  const write = (text: string) => {
    // Many lines belong to one turn of the event loop: one write for all of them.
    if (pending === '') setImmediate(flush);
    pending += `${text}\n`;
  };
  const published = (text: string) => {
    write(text);
    sink.line(text, Date.now());
  };
  const splitters = { stdout: createLineSplitter(published), stderr: createLineSplitter(published) };
  return {
    output: (name, chunk) => splitters[name].push(chunk),
    line: write,
    start: (requestId, version) => write(`START RequestId: ${requestId} Version: ${version}`),
    report(report) {
      write(`END RequestId: ${report.requestId}`);
      published(reportLine(report));
    },
    close() {
      splitters.stdout.end();
      splitters.stderr.end();
      flush();
      return new Promise((resolve) => (lost === null ? stream.end(() => resolve()) : resolve()));
    },
  };
}

/** One REPORT line in Lambda's own form: other tools parse it. */
function reportLine(report: ReportLine): string {
  const billed = Math.ceil(report.durationMs + (report.initDurationMs ?? 0));
  const fields = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${report.memorySizeMb} MB`,
    `Max Memory Used: ${report.maxMemoryBytes === null ? '?' : Math.ceil(report.maxMemoryBytes / 1_048_576)} MB`,
  ];
  if (report.initDurationMs !== null) fields.push(`Init Duration: ${report.initDurationMs.toFixed(2)} ms`);
  if (report.status !== null) fields.push(`Status: ${report.status}`);
  return fields.join('\t');
}

interface LineSplitter {
  push(chunk: Buffer): void;
  end(): void;
}

function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end() {
      rest += decoder.end();
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
