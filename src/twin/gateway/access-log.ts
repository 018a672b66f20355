import { createWriteStream } from 'node:fs';

/** One line of the access log; the names are those of `$context` in an HTTP API's log format. */
export interface AccessLogEntry {
  readonly requestId: string;
  readonly requestTimeEpoch: number;
  readonly httpMethod: string;
  readonly path: string;
  readonly protocol: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly status: number;
  readonly responseLength: number;
  /** Milliseconds. */
  readonly responseLatency: number;
  readonly integrationLatency: number | null;
  readonly integrationStatus: number | null;
  readonly integrationErrorMessage: string | null;
  /** Which version answered: not in AWS's log, but a canary is read with it. */
  readonly executedVersion: string | null;
}

export interface AccessLog {
  write(entry: AccessLogEntry): void;
  close(): Promise<void>;
}

/** Appends one JSON object per line. */
export function openAccessLog(file: string): AccessLog {
  const stream = createWriteStream(file, { flags: 'a' });
  let lost = false;
  stream.on('error', () => {
    lost = true;
  });
  let pending = '';
  const flush = () => {
    if (!lost && pending !== '') stream.write(pending);
    pending = '';
  };
  return {
    write(entry) {
      if (pending === '') setImmediate(flush);
      pending += `${JSON.stringify(entry)}\n`;
    },
    close() {
      flush();
      return new Promise((resolve) => (lost ? resolve() : stream.end(() => resolve())));
    },
  };
}
