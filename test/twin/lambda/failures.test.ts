import { isRunning, startTestFunction, sumOf, type TestFunction, until } from './support';

let fn: TestFunction;
afterEach(() => fn.stop());

const BY_FUNCTION = { FunctionName: 'service' };

describe('A failing release', () => {
  it('that throws is an error with its type and trace, and keeps its environment', async () => {
    fn = await startTestFunction();
    await fn.deploy(`
      class NoSuchEvent extends Error { name = 'NoSuchEvent' }
      exports.handler = async (event) => { if (event.fail) throw new NoSuchEvent('none'); return process.pid }`);
    const pid = await fn.call<number>();
    const failed = await fn.invoke({ fail: true });
    expect(failed).toMatchObject({ kind: 'function-error', error: { errorType: 'NoSuchEvent', errorMessage: 'none' } });
    expect(failed.kind === 'function-error' && failed.error.trace[0]).toBe('NoSuchEvent: none');
    expect(await fn.call<number>()).toBe(pid);
    expect(sumOf(fn.data, 'Errors', BY_FUNCTION)).toBe(1);
    expect(sumOf(fn.data, 'Invocations', BY_FUNCTION)).toBe(3);
  });

  it.each([
    ['an uncaught exception', `setTimeout(() => { throw new Error('late') })`, 'late'],
    ['an unhandled rejection', `void Promise.reject(new Error('lost'))`, 'lost'],
  ])('with %s fails its invocation and loses its environment', async (_, statement, message) => {
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async () => { ${statement}; await new Promise((resolve) => setTimeout(resolve, 2000)) }`);
    expect(await fn.invoke()).toMatchObject({
      kind: 'function-error',
      error: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exited with error: exit status 1$/) },
    });
    await until(() => fn.logs().includes(`Error: ${message}`));
    await until(() => fn.lambda.environments().length === 0);
    expect(fn.lambda.health()).toEqual({ ok: true });
  });

  it('that exits fails with the status of its exit', async () => {
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async () => process.exit(7)`);
    expect(await fn.invoke()).toMatchObject({
      error: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exited with error: exit status 7$/) },
    });
  });

  it('that hangs is killed when its time is over, and the next invocation gets a new environment', async () => {
    fn = await startTestFunction({ settings: { timeoutMs: 300 } });
    await fn.deploy(`exports.handler = async ({ hang }, context) => {
      if (hang) { console.log('hanging with', context.getRemainingTimeInMillis() <= 300); await new Promise(() => setInterval(() => {}, 1000)) }
      return process.pid }`);
    const pid = await fn.call<number>();
    const before = Date.now();
    const failed = await fn.invoke({ hang: true });
    expect(failed).toMatchObject({
      kind: 'function-error',
      error: { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 0.30 seconds') },
    });
    expect(Date.now() - before).toBeGreaterThanOrEqual(295);
    await until(() => !isRunning(pid));
    expect(await fn.call<number>()).not.toBe(pid);
    expect(fn.lambda.health()).toEqual({ ok: true });
    await until(() => fn.logs().includes('Status: timeout'));
    expect(fn.logs()).toMatch(/Task timed out after 0\.30 seconds/);
    expect(fn.logs()).toMatch(/hanging with true/);
  });

  it.each([
    ['a syntax error', { 'index.js': 'exports.handler = (' }, 'Runtime.UserCodeSyntaxError'],
    ['no such export', { 'index.js': 'exports.other = () => 1' }, 'Runtime.HandlerNotFound'],
    ['no such module', { 'other.js': '' }, 'Runtime.ImportModuleError'],
    ['an import that is missing', { 'index.js': `require('not-there'); exports.handler = () => 1` }, 'Runtime.ImportModuleError'],
    ['a throw at INIT', { 'index.js': `throw new RangeError('no')` }, 'RangeError'],
    ['an exit at INIT', { 'index.js': `process.exit(3)` }, 'Runtime.ExitError'],
    ['a callback handler', { 'index.js': `exports.handler = (event, context, done) => done()` }, 'Runtime.CallbackHandlerDeprecated'],
  ])('with %s fails each invocation after INIT was tried twice', async (_, files, errorType) => {
    fn = await startTestFunction();
    fn.lambda.pointAlias(await fn.publish(files as Record<string, string>));
    expect(await fn.invoke()).toMatchObject({ kind: 'function-error', error: { errorType } });
    expect(fn.lambda.totals().started).toBe(2);
    expect(sumOf(fn.data, 'Errors', BY_FUNCTION)).toBe(1);
  });

  it('whose INIT hangs is ended by the INIT limit, then by its own time-out', async () => {
    fn = await startTestFunction({ initLimitMs: 400, settings: { timeoutMs: 250 } });
    await fn.deploy(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); exports.handler = () => 1`);
    expect(await fn.invoke()).toMatchObject({
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'Init timed out after 0.25 seconds' },
    });
    await until(() => fn.lambda.environments().length === 0);
  });

  it('that answers with more than 6 MB is an error of its own kind', async () => {
    fn = await startTestFunction();
    await fn.deploy(`exports.handler = async () => 'x'.repeat(6 * 1024 * 1024)`);
    expect(await fn.invoke()).toMatchObject({ error: { errorType: 'Function.ResponseSizeTooLarge' } });
    expect(await fn.invoke('y'.repeat(6 * 1024 * 1024))).toMatchObject({ kind: 'too-large' });
  });
});
