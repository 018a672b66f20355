#!/usr/bin/env node
/** The command `tidegate` of the npm package: puts the real programs in place, then runs the bundle beside it on the runtime's Node. */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf, onStopSignals } from '../setup/signals.mjs';
import { SetupError, setUpTools, toolsPlace } from './set-up.mjs';

const EXIT_USAGE = 64;
const EXIT_INTERNAL = 70;
/** Commands that start none of the programs: nobody should wait for a k6 to write a policy. */
const WITHOUT_TOOLS = new Set(['init', 'evaluate', 'report', 'policy-diff', 'publish']);

const home = dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const stop = new AbortController();
let stoppedBy = null;
let child = null;
onStopSignals((name) => {
  stoppedBy ??= name;
  stop.abort();
  child?.kill(name);
});

process.exit(await main());

async function main() {
  try {
    return await runBundle(await toolsFor(args));
  } catch (error) {
    if (stoppedBy !== null) return exitCodeOf(null, stoppedBy);
    process.stderr.write(error instanceof SetupError ? `${error.message}\n` : `Set-up failed unexpectedly: ${error.stack}\n`);
    return error instanceof SetupError ? EXIT_USAGE : EXIT_INTERNAL;
  }
}

async function toolsFor([command = '--help', ...rest]) {
  if (command.startsWith('-') || rest.includes('--help') || WITHOUT_TOOLS.has(command)) return { node: process.execPath, bin: null };
  const place = toolsPlace(process.cwd(), process.env);
  return setUpTools({ home, place, env: process.env, signal: stop.signal, out: process.stderr });
}

function runBundle({ node, bin }) {
  // Behind what the machine has: the bundle takes the first program on PATH that is fit, as the set-up does.
  const PATH = [process.env.PATH, bin].filter((part) => part).join(delimiter);
  // A session of its own: the terminal's Ctrl-C reaches only us, and the bundle gets it from us, once.
  child = spawn(node, [join(home, 'tidegate.cjs'), ...args], { env: { ...process.env, PATH }, stdio: 'inherit', detached: true });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${node} did not start: ${error.message}\n`);
      resolve(EXIT_INTERNAL);
    });
    child.on('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}
