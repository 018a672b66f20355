import { startTestFunction, type TestFunction, until } from './support';

let fn: TestFunction;
beforeEach(async () => {
  fn = await startTestFunction();
});
afterEach(() => fn.stop());

describe('The runtime of an environment', () => {
  it.each([
    ['CommonJS', { 'index.js': `exports.handler = async () => 'ok'` }],
    [
      'an ES module with top-level await',
      { 'index.mjs': `const word = await Promise.resolve('ok'); export const handler = async () => word` },
    ],
    ['an ES module named by package.json', { 'index.js': `export const handler = async () => 'ok'`, 'package.json': '{"type":"module"}' }],
  ])('loads a handler from %s', async (_, files) => {
    fn.lambda.pointAlias(await fn.publish(files as Record<string, string>));
    expect(await fn.call()).toBe('ok');
  });

  it('gives the handler its event and the whole context', async () => {
    await fn.deploy(`exports.handler = async (event, context) => ({ event, ...context, remaining: context.getRemainingTimeInMillis() })`);
    const seen = await fn.call<Record<string, unknown>>({ a: [1, 'ü'] });
    expect(seen).toMatchObject({
      event: { a: [1, 'ü'] },
      functionName: 'service',
      functionVersion: '1',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/service',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[1\][0-9a-f]{32}$/),
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:service:live',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(seen['remaining']).toBeGreaterThan(2_000);
    expect(seen['remaining']).toBeLessThanOrEqual(3_000);
  });

  it('answers null for a handler that returns nothing', async () => {
    await fn.deploy(`exports.handler = async () => {}`);
    expect(await fn.call()).toBeNull();
  });

  it('logs as Lambda does: one event per call, raw lines unchanged, and what was written before an answer before its END', async () => {
    await fn.deploy(`exports.handler = async (event, context) => {
      console.log('two\\nlines', { a: 1 });
      console.error(new Error('seen'));
      process.stdout.write('{"raw":true}\\n');
      return context.awsRequestId;
    }`);
    const id = await fn.call<string>();
    await until(() => fn.logs().includes('REPORT'));
    const lines = fn.logs().split('\n');
    expect(lines).toContain('{"raw":true}');
    expect(fn.lines).toContain('{"raw":true}');
    expect(lines.find((line) => line.includes(`${id}\tINFO\ttwo\rlines { a: 1 }`))).toBeDefined();
    expect(lines.find((line) => line.includes(`${id}\tERROR\tError: seen\r`))).toBeDefined();
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect(at(`START RequestId: ${id} Version: 1`)).toBe(0);
    expect(at(`END RequestId: ${id}`)).toBeGreaterThan(at('{"raw":true}'));
    expect(lines[at('REPORT')]).toMatch(
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms$/,
    );
    expect(fn.lines).toContain(lines[at('REPORT')]);
  });

  it('tells Init Duration once per environment', async () => {
    await fn.deploy(`exports.handler = async () => 1`);
    await fn.call();
    await fn.call();
    await until(() => fn.logs().split('REPORT').length === 3);
    expect(fn.logs().split('Init Duration').length).toBe(2);
  });
});
