import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from './real-cache';

const MODULE = resolve(__dirname, '../../../src/twin/cache/spawn-tied');

/** A process that starts a long sleep in the way under test and prints its id. */
function parentOf(args: string): ReturnType<typeof spawn> {
  const program = `console.log(require(${JSON.stringify(MODULE)}).spawnTied('sleep', ['60']).pid);${args}`;
  return spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function childPid(parent: ReturnType<typeof spawn>): Promise<number> {
  if (parent.stdout === null) throw new Error('The parent has no output');
  const [line] = await once(parent.stdout, 'data');
  return Number(String(line).trim());
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['is killed', ''],
  ['exits by itself', 'setTimeout(() => process.exit(3), 300)'],
])('the server goes when the process that started it %s', async (_name, args) => {
  const parent = parentOf(args);
  const pid = await childPid(parent);
  expect(isAlive(pid)).toBe(true);
  if (args === '') parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until('the child is gone', () => !isAlive(pid));
});
