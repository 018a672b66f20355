/** Runs the set-up as the first thing of a program: errors become one sentence and an exit code. */

import { SetupError, setUp } from './set-up.mjs';
import { exitCodeOf } from './signals.mjs';

/** "Usage or configuration": neither 1 nor 2, so that no caller takes a missing tool for a verdict. */
const EXIT_USAGE = 64;
const EXIT_INTERNAL = 70;

/**
 * @param {{ root: string, stop: AbortController, stoppedBy: () => string | null, python?: boolean, workflowTools?: readonly string[],
 *   programs?: readonly string[] }} options
 * @returns {Promise<{ node: string } | { exitCode: number }>}
 */
export async function setUpOrExplain({ root, stop, stoppedBy, ...wanted }) {
  try {
    return await setUp({ root, env: process.env, signal: stop.signal, out: process.stderr, ...wanted });
  } catch (error) {
    if (stoppedBy() !== null) return { exitCode: exitCodeOf(null, stoppedBy()) };
    if (error instanceof SetupError) {
      process.stderr.write(`${error.message}\n`);
      return { exitCode: EXIT_USAGE };
    }
    process.stderr.write(`Set-up failed unexpectedly: ${error.stack}\n`);
    return { exitCode: EXIT_INTERNAL };
  }
}
