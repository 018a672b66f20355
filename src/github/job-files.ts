import { randomUUID } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';

/** What GitHub takes of one step's summary, in bytes; of a larger one it shows nothing. */
export const SUMMARY_LIMIT = 1024 * 1024;

/**
 * Adds Markdown to the summary of this step.
 * @param path `GITHUB_STEP_SUMMARY`
 * @returns false when it would not fit, and nothing was written
 */
export function appendSummary(path: string, markdown: string): boolean {
  const text = markdown.endsWith('\n') ? markdown : `${markdown}\n`;
  const before = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (before + Buffer.byteLength(text, 'utf8') > SUMMARY_LIMIT) return false;
  appendFileSync(path, text);
  return true;
}

const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Sets outputs of this step. Every value stands between two lines that nobody could foresee, so that none can end
 * early and set another output.
 * @param path `GITHUB_OUTPUT`
 * @throws RangeError for a name that GitHub would not take
 */
export function appendOutputs(path: string, outputs: Readonly<Record<string, string>>): void {
  const text = Object.entries(outputs).map(([name, value]) => {
    if (!OUTPUT_NAME.test(name)) throw new RangeError(`"${name}" is no name for an output`);
    const fence = `tidegate-${randomUUID()}`;
    return `${name}<<${fence}\n${value}\n${fence}\n`;
  });
  appendFileSync(path, text.join(''));
}
