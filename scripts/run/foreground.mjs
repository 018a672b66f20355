/** Runs programs in the foreground, one after the other, and passes stop signals on to the one that runs. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { executables } from '../setup/programs.mjs';
import { exitCodeOf } from '../setup/signals.mjs';

const EXIT_INTERNAL = 70;

/**
 * All of them run, even when one fails: a person wants to see every complaint at once.
 *
 * @returns {Promise<number>} the exit code of the first that failed, 0 when none did.
 */
export async function runAll(node, commands, { stoppedBy, onStart }) {
  let failure = 0;
  for (const command of commands) {
    if (stoppedBy() !== null) return exitCodeOf(null, stoppedBy());
    const code = await runOne(node, command, onStart);
    if (command.label !== undefined) process.stderr.write(`${command.label}: ${code === 0 ? 'ok' : `failed (exit ${code})`}\n`);
    if (failure === 0) failure = code;
  }
  return failure;
}

function runOne(node, { program: other, args, cwd, env }, onStart) {
  const [program, ...programArgs] = endingWithUs([other ?? node, ...args]);
  // A session of its own: the terminal's Ctrl-C reaches only us, and the child gets it from us, once.
  const child = spawn(program, programArgs, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
  const send = (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  };
  onStart(send);
  const resize = () => send('SIGWINCH');
  process.on('SIGWINCH', resize);
  return new Promise((resolve) => {
    const end = (code) => {
      process.off('SIGWINCH', resize);
      resolve(code);
    };
    child.on('error', (error) => {
      process.stderr.write(`${program} did not start: ${error.message}\n`);
      end(EXIT_INTERNAL);
    });
    child.on('exit', (code, signal) => end(exitCodeOf(code, signal)));
  });
}

/** In its own session the child would outlive our being killed outright; Linux can tie it to us. */
function endingWithUs(command) {
  if (process.platform !== 'linux') return command;
  // BusyBox has one of the same name that cannot.
  const setpriv = executables(['setpriv'], process.env).find((path) => basename(realpathSync(path)) === 'setpriv');
  return setpriv === undefined ? command : [setpriv, '--pdeathsig', 'SIGTERM', '--', ...command];
}
