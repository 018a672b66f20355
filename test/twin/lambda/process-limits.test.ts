import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { isRunning, pause, startTestFunction, type TestFunction, until } from './support';

let fn: TestFunction;
afterEach(() => fn.stop());

describe('An execution environment', () => {
  it('may open 1,024 files and no more, and sees no variable of its parent but PATH', async () => {
    process.env['OF_THE_PARENT'] = 'secret';
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async () => ({ limit: process.report.getReport().userLimits.open_files, env: process.env })`, {
      OWN: 'value',
      AWS_REGION: 'elsewhere',
    });
    const { limit, env } = await fn.call<{ limit: unknown; env: Record<string, string> }>();
    delete process.env['OF_THE_PARENT'];
    expect(limit).toEqual({ soft: 1024, hard: 1024 });
    expect(env).toMatchObject({
      OWN: 'value',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'service',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/service',
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: 'Root=1-0-0',
    });
    expect(env).not.toHaveProperty('OF_THE_PARENT');
    expect(env).not.toHaveProperty('AWS_LAMBDA_MAX_CONCURRENCY');
  });

  it('runs no timer while it waits, and goes on where it was when it is asked again', async () => {
    fn = await startTestFunction();
    await fn.deploy(`
      let ticks = 0;
      setInterval(() => { ticks += 1 }, 10);
      exports.handler = async ({ sleep }) => {
        const before = ticks;
        if (sleep) await new Promise((resolve) => setTimeout(resolve, sleep));
        return { before, after: ticks };
      }`);
    const awake = await fn.call<{ before: number; after: number }>({ sleep: 400 });
    expect(awake.after - awake.before).toBeGreaterThan(20);
    await pause(400);
    const thawed = await fn.call<{ before: number }>();
    expect(thawed.before - awake.after).toBeLessThan(5);
  });

  it('is killed by a fault even while it is frozen, which is not the release’s doing', async () => {
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async () => process.pid`);
    const pid = await fn.call<number>();
    expect(fn.lambda.health()).toEqual({ ok: true });
    const id = fn.lambda.environments()[0]?.id;
    expect(await fn.lambda.killEnvironment('any')).toBe(id);
    expect(isRunning(pid)).toBe(false);
    expect(fn.lambda.health()).toMatchObject({ ok: false, detail: expect.stringContaining(`${id}`) });
    expect(await fn.call<number>()).not.toBe(pid);
  });

  it('that somebody else kills is noticed; one that crashes by itself is the release’s error', async () => {
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async ({ crash }) => { if (crash) process.abort(); return process.pid }`);
    expect(await fn.invoke({ crash: true })).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    expect(fn.lambda.health()).toEqual({ ok: true });
    process.kill(await fn.call<number>(), 'SIGKILL');
    await until(() => !fn.lambda.health().ok);
    expect(fn.lambda.environments()).toEqual([]);
  });

  it('takes what it started with it', async () => {
    fn = await startTestFunction();
    await fn.deploy(`
      const { spawn } = require('node:child_process');
      exports.handler = async () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).pid`);
    const grandchild = await fn.call<number>();
    expect(isRunning(grandchild)).toBe(true);
    await fn.lambda.stop();
    await until(() => !isRunning(grandchild));
  });
});

describe('A release that leaks sockets', () => {
  let cache: Server;
  const sockets = new Set<Socket>();
  beforeEach(async () => {
    cache = createServer((socket) => void sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    cache.close();
  });

  it('ends with the words of the incident when its descriptors are used up', async () => {
    fn = await startTestFunction({}, (cache.address() as AddressInfo).port);
    await fn.deploy(
      `
      const net = require('node:net');
      const { hostname, port } = new URL(process.env.CACHE);
      const open = () => new Promise((resolve, reject) => {
        const socket = net.connect({ host: hostname, port }, () => resolve(socket));
        socket.once('error', reject);
      });
      const kept = [];
      exports.handler = async () => { for (let i = 0; i < 350; i += 1) kept.push(await open()); return kept.length };`,
      { CACHE: '{cache.primary}' },
    );
    expect(await fn.call<number>()).toBe(350);
    expect(await fn.call<number>()).toBe(700);
    const failed = await fn.invoke();
    expect(failed).toMatchObject({ kind: 'function-error', error: { errorMessage: 'getaddrinfo EMFILE localhost' } });
    await until(() => fn.logs().includes('getaddrinfo EMFILE localhost'));
    // The environment lives on: it still answers, and still cannot connect.
    expect(await fn.invoke()).toMatchObject({ kind: 'function-error' });
    expect(fn.lambda.totals().started).toBe(1);
  });
});
