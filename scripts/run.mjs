/**
 * Sets the machine up, then runs one of the project's programs on the Node of the Lambda runtime.
 *
 * node scripts/run.mjs tidegate|synth|jest|check|format|known-bad|conformance|gate-speed|client-cost|segments|aws-rehearsal|bundle|pack|adoption|workflows [arguments of that program]
 */
import { fileURLToPath } from 'node:url';
import { commandsOf } from './run/commands.mjs';
import { runAll } from './run/foreground.mjs';
import { setUpOrExplain } from './setup/guarded.mjs';
import { onStopSignals } from './setup/signals.mjs';

const EXIT_USAGE = 64;
const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...args] = process.argv.slice(2);
const commands = commandsOf(root, args)[name];
if (commands === undefined) {
  process.stderr.write(`run.mjs: expected one of ${Object.keys(commandsOf(root, [])).join(', ')}, got ${name ?? 'nothing'}\n`);
  process.exit(EXIT_USAGE);
}

const stop = new AbortController();
let stoppedBy = null;
let forward = null;
onStopSignals((signal) => {
  stoppedBy ??= signal;
  stop.abort();
  forward?.(signal);
});

const python = commands.some((command) => command.python === true);
const workflowTools = [...new Set(commands.flatMap((command) => command.workflowTools ?? []))];
const outcome = await setUpOrExplain({ root, stop, stoppedBy: () => stoppedBy, python, workflowTools });
if (outcome.exitCode !== undefined) process.exit(outcome.exitCode);
const onStart = (send) => {
  forward = send;
};
process.exit(await runAll(outcome.node, commands, { stoppedBy: () => stoppedBy, onStart }));
