import { spawn } from 'node:child_process';
import path from 'node:path';
import { isRunning, NODE, temporaryDirectory, until } from './support';

const { directory, remove } = temporaryDirectory();
afterAll(remove);

describe('A twin that is killed', () => {
  it('leaves no environment behind, frozen or not', async () => {
    const script = path.join(__dirname, 'orphan-maker.ts');
    const maker = spawn(NODE, ['-r', 'ts-node/register', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: directory },
    });
    let output = '';
    maker.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    await until(() => output.includes('\n'), 20_000);
    const pids = JSON.parse(output) as number[];
    expect(pids).toHaveLength(2);
    expect(pids.every(isRunning)).toBe(true);
    maker.kill('SIGKILL');
    await until(() => !pids.some(isRunning), 3_000);
  });
});
