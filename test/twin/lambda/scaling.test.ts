import { isRunning, pause, startTestFunction, sumOf, type TestFunction, until } from './support';

let fn: TestFunction;
afterEach(() => fn.stop());

const SLEEPER = `exports.handler = async ({ sleep = 0 }, context) => {
  await new Promise((resolve) => setTimeout(resolve, sleep));
  return { pid: process.pid, version: context.functionVersion };
}`;
interface Answer {
  readonly pid: number;
  readonly version: string;
}

describe('A function under load', () => {
  it('runs one request per environment and prefers the one that was used last', async () => {
    fn = await startTestFunction();
    await fn.deploy(SLEEPER);
    const together = await Promise.all([fn.call<Answer>({ sleep: 400 }), fn.call<Answer>({ sleep: 400 })]);
    expect(new Set(together.map(({ pid }) => pid)).size).toBe(2);
    const allIdle = () => fn.lambda.environments().every(({ state }) => state === 'idle');
    const pids = new Set<number>();
    for (let i = 0; i < 5; i += 1) {
      await until(allIdle);
      pids.add((await fn.call<Answer>()).pid);
    }
    expect(pids.size).toBe(1);
    expect(fn.lambda.totals()).toEqual({ started: 2, peak: 2 });
  });

  it('throttles above its reserved concurrency, counts it, and only then', async () => {
    fn = await startTestFunction();
    await fn.deploy(SLEEPER);
    fn.lambda.setReservedConcurrency(2);
    const outcomes = await Promise.all([1, 2, 3].map(() => fn.invoke({ sleep: 200 })));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['response', 'response', 'throttled']);
    expect((await fn.invoke()).kind).toBe('response');
    const byAlias = { FunctionName: 'service', Resource: 'service:live' };
    expect(sumOf(fn.data, 'Throttles', byAlias)).toBe(1);
    expect(sumOf(fn.data, 'Invocations', byAlias)).toBe(3);
    expect(Math.max(...fn.data.filter((d) => d.metricName === 'ConcurrentExecutions').map((d) => d.value))).toBe(2);
  });

  it('splits its invocations by the weight of the alias, and keeps both versions alive side by side', async () => {
    const draws = [0.1, 0.9, 0.3, 0.74, 0.26, 0.2];
    let next = 0;
    fn = await startTestFunction({ random: () => draws[next++] ?? 0 });
    const first = await fn.deploy(SLEEPER);
    const second = await fn.publish({ 'index.js': `${SLEEPER} // second` });
    fn.lambda.pointAlias(first, { version: second, weight: 0.25 });
    const served: string[] = [];
    for (const _ of draws) served.push((await fn.call<Answer>()).version);
    expect(served).toEqual([second, first, first, first, first, second]);
    expect(
      fn.lambda
        .environments()
        .map(({ version }) => version)
        .sort(),
    ).toEqual([first, second]);
    const ofSecond = { FunctionName: 'service', Resource: 'service:live', ExecutedVersion: second };
    expect(sumOf(fn.data, 'Invocations', ofSecond)).toBe(2);
    expect(sumOf(fn.data, 'Errors', ofSecond)).toBe(0);
    expect(() => fn.lambda.pointAlias('9')).toThrow(RangeError);
    expect(() => fn.lambda.pointAlias(first, { version: second, weight: 1.5 })).toThrow(RangeError);
  });

  it('ends idle environments of a version that the alias has left, and no busy one', async () => {
    fn = await startTestFunction({ reaping: { idleTimeoutMs: 600_000, retireAfterMs: 200 } });
    const first = await fn.deploy(SLEEPER);
    const busy = fn.call<Answer>({ sleep: 900 });
    await until(() => fn.lambda.environments().some(({ state }) => state === 'busy'));
    await fn.deploy(`${SLEEPER} // next`);
    await pause(500);
    expect(fn.lambda.environments().map(({ version }) => version)).toEqual([first]);
    const { pid, version } = await busy;
    expect(version).toBe(first);
    await until(() => !isRunning(pid));
    expect(fn.lambda.health()).toEqual({ ok: true });
  });

  it('ends what has been idle for too long', async () => {
    fn = await startTestFunction({ reaping: { idleTimeoutMs: 250, retireAfterMs: 100 } });
    await fn.deploy(SLEEPER);
    const { pid } = await fn.call<Answer>();
    expect(isRunning(pid)).toBe(true);
    await until(() => !isRunning(pid), 2_000);
  });

  it('gives one environment several requests where that is asked for', async () => {
    fn = await startTestFunction({ settings: { maxConcurrencyPerEnvironment: 4 } });
    await fn.deploy(SLEEPER);
    await fn.call<Answer>();
    await until(() => fn.lambda.environments()[0]?.state === 'idle');
    const together = await Promise.all([1, 2, 3, 4].map(() => fn.call<Answer>({ sleep: 200 })));
    expect(new Set(together.map(({ pid }) => pid)).size).toBe(1);
    expect(fn.lambda.totals().started).toBe(1);
  });

  it('counts concurrency again at each heartbeat while an invocation runs', async () => {
    fn = await startTestFunction({ periodMs: 100 });
    await fn.deploy(SLEEPER);
    await fn.call<Answer>({ sleep: 550 });
    const samples = fn.data.filter((d) => d.metricName === 'ConcurrentExecutions' && d.dimensions['Resource'] === undefined);
    expect(samples.length).toBeGreaterThanOrEqual(5);
    await pause(250);
    expect(
      fn.data.filter((d) => d.metricName === 'ConcurrentExecutions' && d.dimensions['Resource'] === undefined).length - samples.length,
    ).toBeLessThanOrEqual(1);
  });
});

describe('A function that is stopped', () => {
  it('leaves no process, fails what runs and what waits, and can be stopped again', async () => {
    fn = await startTestFunction();
    await fn.deploy(SLEEPER);
    const idle = await fn.call<Answer>();
    const running = [1, 2, 3, 4, 5].map(() => fn.invoke({ sleep: 5_000 }));
    await until(() => fn.lambda.environments().length >= 2);
    const pids = fn.lambda.environments().map(({ pid }) => pid);
    await fn.lambda.stop();
    for (const pid of [idle.pid, ...pids]) expect(isRunning(pid)).toBe(false);
    for (const outcome of await Promise.all(running)) expect(['function-error', 'unavailable']).toContain(outcome.kind);
    expect((await fn.invoke()).kind).toBe('unavailable');
    await fn.lambda.stop();
  });
});
