import { StringDecoder } from 'node:string_decoder';

/** A longer line is none of k6's; what exceeds it is not held in memory. */
const MAX_LINE = 1_000_000;

export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Hands over the last line when it has no line break: a killed process leaves half of one. */
  end(): void;
}

/** Cuts a byte stream into lines, without their breaks. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    write(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE);
      for (const line of lines) onLine(line);
    },
    end() {
      rest += decoder.end();
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
