import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Gateway, startGateway } from '../../../src/twin/gateway/gateway';
import { errorOutcome, type InvokeOutcome, responseOutcome } from '../../../src/twin/lambda/invocation';
import type { MetricDatum } from '../../../src/twin/ports';
import { pause, sumOf, temporaryDirectory, until } from '../lambda/support';

const { directory, remove } = temporaryDirectory();
afterAll(remove);

const BY_API = { ApiId: 'api1' };
const BY_STAGE = { ApiId: 'api1', Stage: '$default' };

let gateway: Gateway;
let data: MetricDatum[];
let events: unknown[];
let next: () => Promise<InvokeOutcome>;
let logFile: string;
let count = 0;

beforeEach(async () => {
  data = [];
  events = [];
  count += 1;
  logFile = path.join(directory, `access-${count}.jsonl`);
  next = async () => responseOutcome(Buffer.from('{"statusCode":200,"body":"fine","cookies":["a=1","b=2"]}'), '3');
  gateway = await startGateway({
    api: { apiId: 'api1', stage: '$default', region: 'us-east-1' },
    accessLogFile: logFile,
    metrics: { record: (datum) => void data.push(datum) },
    integrationLimitMs: 150,
    invoke(payload) {
      events.push(JSON.parse(payload.toString()));
      return next();
    },
  });
});
afterEach(() => gateway.stop());

/** Whole lines only: the log may be read while it is written. */
const logged = () =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('The gateway', () => {
  it('passes a request on and its response back, and counts it as good', async () => {
    const response = await fetch(`${gateway.url}/v1/x?a=1`, { method: 'PUT', body: 'text', headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('fine');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w-]{15}$/);
    expect(events).toMatchObject([{ rawPath: '/v1/x', body: 'text', requestContext: { http: { method: 'PUT' } } }]);
    for (const dimensions of [BY_API, BY_STAGE]) {
      expect(['Count', '4xx', '5xx'].map((name) => sumOf(data, name, dimensions))).toEqual([1, 0, 0]);
      // A zero that was reported is not the same as no data.
      expect(data.filter(({ metricName }) => metricName === '5xx')).toHaveLength(2);
      expect(sumOf(data, 'Latency', dimensions)).toBeGreaterThanOrEqual(sumOf(data, 'IntegrationLatency', dimensions));
    }
  });

  it('is the client’s 5xx for a function that fails, and 4xx for one that says so', async () => {
    next = async () => errorOutcome('3', 'Error', 'getaddrinfo EMFILE localhost');
    expect((await fetch(gateway.url)).status).toBe(500);
    next = async () => responseOutcome(Buffer.from('{"statusCode":404}'), '3');
    expect((await fetch(gateway.url)).status).toBe(404);
    expect(['Count', '4xx', '5xx'].map((name) => sumOf(data, name, BY_STAGE))).toEqual([2, 1, 1]);
    await until(() => logged().length === 2);
    expect(logged()).toMatchObject([
      { status: 500, integrationStatus: 200, integrationErrorMessage: 'Error: getaddrinfo EMFILE localhost', executedVersion: '3' },
      { status: 404, integrationErrorMessage: null, path: '/', httpMethod: 'GET' },
    ]);
  });

  it('gives up on a slow integration with 503', async () => {
    next = () => new Promise(() => {});
    const before = performance.now();
    const response = await fetch(gateway.url);
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
    expect(sumOf(data, 'IntegrationLatency', BY_API)).toBeGreaterThanOrEqual(145);
  });

  it('refuses a body above 10 MB without asking the function', async () => {
    const response = await fetch(gateway.url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(events).toEqual([]);
    expect(['Count', '4xx', '5xx'].map((name) => sumOf(data, name, BY_API))).toEqual([1, 1, 0]);
    expect(data.some(({ metricName }) => metricName === 'IntegrationLatency')).toBe(false);
  });

  it('counts a request whose client did not wait for the answer', async () => {
    next = async () => {
      await pause(100);
      return responseOutcome(Buffer.from('{"statusCode":200}'), '3');
    };
    await expect(fetch(gateway.url, { signal: AbortSignal.timeout(30) })).rejects.toThrow();
    await until(() => sumOf(data, 'Count', BY_API) === 1);
  });

  it('stops while a request is in flight', async () => {
    next = () => new Promise(() => {});
    const hanging = fetch(gateway.url).catch(() => 'cut off');
    await until(() => events.length === 1);
    await gateway.stop();
    expect(await hanging).toBe('cut off');
  });
});
