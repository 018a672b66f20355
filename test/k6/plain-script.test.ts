import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LoadResult } from '../../src/evidence/k6/load-evidence';
import { entryAround, k6Entry } from '../../src/pipeline/k6-entry';
import { load, repository, type TestDirectory, testDirectory } from '../evidence/k6/load-run';
import { expectedAuthorization, timeOf } from '../support/signature';
import { constant } from './plan';

const KEYS = { accessKeyId: 'ASIAPLAIN', secretAccessKey: 'secret', sessionToken: 'token' };
const REGION = 'eu-west-1';

interface Seen {
  readonly line: string;
  readonly body: string;
  readonly signed: boolean;
  readonly type: string;
}

let directory: TestDirectory;
let seen: Seen[];
const server = createServer(async (request, response) => {
  const body = await text(request);
  const { 'content-type': type = '' } = request.headers;
  seen.push({ line: `${request.method} ${request.url}`, body, signed: await isSigned(request, body), type });
  response.writeHead(request.url?.startsWith('/broken') ? 500 : 200, { 'content-type': 'application/json' }).end('{"ok":true}');
});

async function isSigned({ method = '', url = '', headers }: IncomingMessage, body: string): Promise<boolean> {
  const { authorization, host = '', 'x-amz-date': date } = headers;
  if (typeof date !== 'string') return false;
  return authorization === (await expectedAuthorization({ method, target: url, host, body }, KEYS, REGION, timeOf(date)));
}

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  directory = testDirectory();
  seen = [];
});
afterEach(() => {
  server.closeAllConnections();
  directory.remove();
});

const access = { region: REGION, service: 'execute-api', credentials: async () => ({ ...KEYS, expiresAt: null }) } as const;

async function run(script: string, given: Partial<Parameters<typeof load>[0]> = {}): Promise<LoadResult> {
  writeFileSync(join(directory.path, 'plain.js'), script);
  const entry = await k6Entry({ root: directory.path, script: 'plain.js' }, join(directory.path, 'out'), 'soak');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return load({ plan: constant(20, 1000), script: entry, baseUrl, directory: directory.path, ...given });
}

it('gets the load of the policy, whatever its own options say, and its routes', async () => {
  const { load: evidence } = await run(
    `import http, { get } from 'k6/http';
     import { check } from 'k6';
     import exec from 'k6/execution';
     const file = JSON.parse(open('./plain.json'));
     export const options = { vus: 50, duration: '1h', thresholds: { checks: ['rate>0.9'] } };
     export function setup() { return { who: file.who }; }
     export default function (data) {
       const odd = exec.scenario.iterationInTest % 2;
       const answer = odd ? get(__ENV.BASE_URL + '/v1/things/' + Date.now()) : http.post(__ENV.BASE_URL + '/v1/things', data.who);
       check(answer, { 'is ok': (each) => each.status === 200 });
     }`,
    { directory: withFile('plain.json', '{"who":"someone"}'), plan: constant(20, 1000, { warm: 2 }) },
  );
  expect(evidence).toMatchObject({ outcome: 'completed', exitCode: 0, failed: 0, checksFailed: 0, dropped: 0 });
  expect(Math.abs(evidence.requests - 22)).toBeLessThanOrEqual(1);
  expect(evidence.requests).toBe(seen.length);
  expect(evidence.arrivalLagP95Ms).not.toBeNull();
  expect(evidence.summary?.requests).toBe(evidence.requests);
  expect(seen.filter(({ body }) => body === 'someone').length).toBeGreaterThan(5);
  expect(evidence.judged.map(({ route }) => route).sort()).toEqual(['GET /v1/things/{id}', 'POST /v1/things']);
});

it('gets the load of the policy although it brings options and totals of its own', async () => {
  const { load: evidence } = await run(
    `import http from 'k6/http';
     export const options = { scenarios: { mine: { executor: 'per-vu-iterations', vus: 1, iterations: 3 } } };
     export function handleSummary() { return { stdout: 'mine' }; }
     export default () => http.get(__ENV.BASE_URL + '/');`,
  );
  expect(evidence).toMatchObject({ outcome: 'completed', dropped: 0 });
  expect(Math.abs(evidence.requests - 20)).toBeLessThanOrEqual(1);
  expect(evidence.summary?.requests).toBe(evidence.requests);
});

it('counts its failed checks, and an iteration that throws as one', async () => {
  const { load: evidence } = await run(
    `import http from 'k6/http';
     import { check } from 'k6';
     import exec from 'k6/execution';
     export default function () {
       const answer = http.get(__ENV.BASE_URL + '/broken');
       if (exec.scenario.iterationInTest === 0) throw new Error('it is no JSON');
       check(answer, { 'is ok': (each) => each.status === 200 });
     }`,
  );
  expect(evidence.outcome).toBe('completed');
  expect(evidence.requests).toBeGreaterThan(15);
  expect(evidence).toMatchObject({ failed: evidence.requests, checksFailed: evidence.requests });
});

it('is signed where strangers are refused, in every way to send, and nowhere else', async () => {
  const { load: evidence } = await run(
    `import http, { post } from 'k6/http';
     export default async function () {
       const api = __ENV.BASE_URL;
       http.get(api + '/a?b=c&a=1');
       post(api + '/b', { name: 'a b', n: 1 });
       http.del(api + '/c/7');
       http.batch([['PUT', api + '/d', 'text'], { method: 'GET', url: api + '/e' }, api + '/f']);
       await http.asyncRequest('PATCH', api + '/g', 'x', { headers: { 'x-own': '1' } });
       http.get(api.replace('127.0.0.1', 'localhost') + '/elsewhere');
     }`,
    // More than one iteration: a busy machine may begin the only one of a second too late.
    { plan: constant(3, 1000), access },
  );
  expect(evidence.outcome).toBe('completed');
  const sent = new Set(seen.map(({ line, signed }) => `${signed ? 'signed' : 'open'} ${line}`));
  expect([...sent].sort()).toEqual([
    'open GET /elsewhere',
    'signed DELETE /c/7',
    'signed GET /a?b=c&a=1',
    'signed GET /e',
    'signed GET /f',
    'signed PATCH /g',
    'signed POST /b',
    'signed PUT /d',
  ]);
  expect(seen.find(({ line }) => line === 'POST /b')).toMatchObject({ body: 'name=a%20b&n=1', type: 'application/x-www-form-urlencoded' });
});

it('ends with a reason where it would have to sign what it cannot', async () => {
  const { load: evidence } = await run(
    `import http from 'k6/http';
     export default function () { http.post(__ENV.BASE_URL + '/a', new ArrayBuffer(4)); }`,
    { access },
  );
  expect(evidence).toMatchObject({ outcome: 'failed', requests: 0 });
  expect(directory.read('k6-soak.stderr.log')).toContain('bodies of bytes or files cannot be signed');
});

it('is left alone when it says that the load of the policy is in it, or when it cannot be read', async () => {
  expect(await entryAround({ root: repository, script: 'k6/soak.ts' })).toBeNull();
  expect(await entryAround({ root: repository, script: 'k6/none.ts' })).toBeNull();
  expect(await k6Entry({ root: repository, script: 'k6/soak.ts' }, directory.path, 'soak')).toBe(join(repository, 'k6/soak.ts'));
});

it('is refused when there is nothing to call', async () => {
  await expect(run('export const options = {}; export function browse() {}')).rejects.toThrow('plain.js: exports browse, options;');
});

function withFile(name: string, content: string): string {
  writeFileSync(join(directory.path, name), content);
  return directory.path;
}
