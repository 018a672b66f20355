import { join } from 'node:path';
import { constant } from '../../k6/plan';
import { type CheckInServer, startCheckInServer } from './check-in-server';
import { asK6, isAlive, load, repository, type TestDirectory, testDirectory, until } from './load-run';

let server: CheckInServer;
let directory: TestDirectory;

beforeEach(async () => {
  server = await startCheckInServer();
  directory = testDirectory();
});

afterEach(async () => {
  await server.stop();
  directory.remove();
});

const plan = constant(20, 3000, { requestTimeoutMs: 1000 });
const where = () => ({ plan, baseUrl: server.url, directory: directory.path });
const ending = (name: string) =>
  load({ ...where(), script: join(repository, 'test/evidence/k6/scripts/ending.ts'), environment: { ENDING: name } });

describe('the exit code of a real k6', () => {
  it.each([
    ['none', 0],
    ['threshold', 99],
    ['mark-failed', 110],
  ])('%s: %i is a run that can be judged', async (name, code) => {
    expect(await ending(name)).toMatchObject({ outcome: 'completed', exitCode: code, detail: null, load: { requests: 1 } });
  });

  it.each([
    ['slow-setup', 100],
    ['invalid', 104],
    ['exception', 107],
    ['abort', 108],
  ])('%s: %i is no evidence', async (name, code) => {
    const result = await ending(name);
    expect(result).toMatchObject({ outcome: 'failed', exitCode: code, load: { outcome: 'failed', exitCode: code } });
    expect(result.detail).toContain(String(code));
  });

  it('leaves what k6 said in the directory', async () => {
    await ending('exception');
    expect(directory.read('k6-soak.stderr.log')).toContain('as asked');
  });

  it('keeps no totals of an earlier run', async () => {
    await load({ ...where(), plan: constant(20, 1000) });
    expect(JSON.parse(directory.read('k6-soak-summary.json'))).toMatchObject({ dropped: 0 });
    expect((await ending('exception')).load.summary).toBeNull();
  });
});

describe('a run that is cut short', () => {
  const watched = () => directory.program(asK6('exec "$K6" "$@"'));

  it('by a kill of k6 is no evidence, keeps what was seen and does not hang', async () => {
    let started: number | null = null;
    const running = load({
      ...where(),
      k6: watched(),
      onStarted: (pid) => {
        started = pid;
      },
    });
    await until(() => server.seen.length > 20);
    expect(started).toBe(directory.pid());
    process.kill(directory.pid(), 'SIGKILL');
    const result = await running;
    expect(result).toMatchObject({ outcome: 'failed', exitCode: null, load: { summary: null } });
    expect(result.detail).toContain('SIGKILL');
    expect(result.load.requests).toBeLessThan(58);
  });

  it('by us is `stopped`, whatever k6 says, and leaves no process', async () => {
    const controller = new AbortController();
    const running = load({ ...where(), k6: watched(), signal: controller.signal });
    await until(() => server.seen.length > 20);
    controller.abort();
    expect(await running).toMatchObject({ outcome: 'stopped' });
    expect(isAlive(directory.pid())).toBe(false);
  });

  it('before it began is `stopped` and starts nothing', async () => {
    expect(await load({ ...where(), k6: watched(), signal: AbortSignal.abort() })).toMatchObject({ outcome: 'stopped', exitCode: null });
    expect(server.seen).toHaveLength(0);
    expect(() => directory.pid()).toThrow('ENOENT');
  });

  it('ends a whole process group that does not listen', async () => {
    const controller = new AbortController();
    const stubborn = directory.program(asK6('trap "" TERM; sleep 60 & echo $! > "$PID_FILE.child"; wait; wait'));
    const running = load({ ...where(), k6: stubborn, signal: controller.signal });
    await until(() => {
      try {
        return directory.read('pid.child') !== '';
      } catch {
        return false;
      }
    });
    controller.abort();
    expect(await running).toMatchObject({ outcome: 'stopped' });
    expect([directory.pid(), Number(directory.read('pid.child'))].map(isAlive)).toEqual([false, false]);
  });

  it('because it does not end by itself says so', async () => {
    let ahead = 0;
    const jump = setTimeout(() => {
      ahead = 60_000;
    }, 300);
    const result = await load({ ...where(), k6: directory.program(asK6('exec sleep 60')), now: () => Date.now() + ahead });
    clearTimeout(jump);
    expect(result).toMatchObject({ outcome: 'failed', detail: 'k6 did not end by itself and was stopped' });
  });
});

describe('a program that is not the k6 we know', () => {
  it.each([
    ['is missing', () => join(directory.path, 'nowhere'), 'could not be run'],
    ['does not say its version', () => directory.program('echo hello'), 'did not say'],
    ['is of another major', () => directory.program('echo "k6 v1.7.1 (go1.24, linux/amd64)"'), 'k6 1.7.1 is not supported'],
  ])('%s', async (_name, program, words) => {
    const result = await load({ ...where(), k6: program() });
    expect(result.outcome).toBe('failed');
    expect(result.detail).toContain(words);
    expect(result.series.every(({ points }) => points.length === 0)).toBe(true);
  });
});

it('counts good lines between bad ones and keeps the bad ones as text', async () => {
  const line = (value: string) =>
    `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-24T05:46:13Z","value":${value},"tags":{"name":"GET /x","scenario":"load","status":"200"}}}`;
  const printed = [line('1.5'), 'a script said this', line('oops'), line('2.5').slice(0, 90)].map((each) => `echo '${each}'`).join('\n');
  const result = await load({ ...where(), k6: directory.program(asK6(printed)) });
  expect(result.load.requests).toBe(1);
  expect(directory.read('k6-soak.stdout.log').trimEnd().split('\n')).toHaveLength(3);
});
