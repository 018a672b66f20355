import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { bundleRelease, type ReleaseAnswer, type RunningRelease, removeBundles, startRelease } from '../support/release';
import { startProxy } from '../support/tcp-proxy';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

const ROOT = resolve(__dirname, '..', '..');
const FOLDERS = ['good', 'bad'] as const;
const RELEASES = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, 'test', 'releases', folder)).map((file) => ({ folder, file, entry: `test/releases/${folder}/${file}` })),
);

let server: TestValkey;
let release: RunningRelease | null = null;
beforeAll(async () => {
  server = await startValkey();
});
afterAll(() => Promise.all([server.stop(), removeBundles()]));
afterEach(async () => {
  await release?.end();
  release = null;
  await eventually(server.clients, (ids) => ids.length === 0);
});

/** Writes a profile and reads it as often as asked. */
async function use(entry: string, reads: number) {
  release = await startRelease(entry, { primary: server.url });
  const accepted = await server.accepted();
  await release.call('PUT', '/v1/profiles/ada', { name: 'Ada' });
  const answers: (ReleaseAnswer | 'no answer')[] = [];
  for (let read = 0; read < reads; read += 1) answers.push(await release.call('GET', '/v1/profiles/ada'));
  return { answers, accepted: (await server.accepted()) - accepted, open: (await server.clients()).length };
}

const RIGHT = { statusCode: 200, body: JSON.stringify({ userId: 'ada', name: 'Ada' }) };

describe('every release', () => {
  const policy = parse(readFileSync(join(ROOT, '.github', 'gates.yaml'), 'utf8')) as {
    stages: Record<string, { gates: { id: string }[] }>;
  };
  const gates = Object.values(policy.stages).flatMap((stage) => stage.gates.map((gate) => gate.id));

  it.each(RELEASES)('$entry opens with what it does and which gate must stop it', ({ folder, entry }) => {
    const header = /^\/\*\*\n((?: \*(?: .*)?\n)+) \*\/\n/.exec(readFileSync(join(ROOT, entry), 'utf8'))?.[1] ?? '';
    const tag = (name: string) => new RegExp(`^ \\* @${name} (\\S+)$`, 'm').exec(header)?.[1];
    expect(header).toMatch(/^ \* [A-Z]/);
    expect(tag('verdict')).toBe(folder === 'good' ? 'passed' : 'failed');
    if (folder === 'bad') expect(gates).toContain(tag('stopped-by')?.split(':')[0]);
    else expect(tag('stopped-by')).toBeUndefined();
  });

  it.each(RELEASES)('$entry builds, starts, and answers /health without Redis', async ({ entry }) => {
    expect((await bundleRelease(entry)).bytes).toBeLessThan(700_000);
    release = await startRelease(entry, { primary: 'redis://localhost:1' });
    expect(await release.call('GET', '/health')).toMatchObject({ statusCode: 200, body: '{"status":"ok"}' });
  });
});

/** What an environment of a good release holds; one connection for each endpoint where nothing else is said. */
const HELD: Readonly<Record<string, number>> = { 'no-redis.ts': 0, 'shared-primary.ts': 1, 'pool-plain.ts': 3 };

it.each(RELEASES.filter(({ folder }) => folder === 'good'))('$entry answers right on the connections it holds', async ({ entry, file }) => {
  const { answers, accepted, open } = await use(entry, 10);
  for (const answer of answers) expect(answer).toMatchObject(RIGHT);
  const held = HELD[file] ?? 2;
  expect(open).toBe(held);
  expect(accepted).toBeLessThanOrEqual(held);
});

it('good/no-redis counts a user once and knows who came first', async () => {
  const running = await startRelease('test/releases/good/no-redis.ts', { primary: server.url });
  release = running;
  const checkIn = (userId: string) => running.call('POST', '/v1/events/e/check-ins', { userId });
  expect(await checkIn('ada')).toMatchObject({ statusCode: 201 });
  expect(await checkIn('bob')).toMatchObject({ statusCode: 201 });
  expect(await checkIn('ada')).toMatchObject({ statusCode: 200 });
  const seen = async (path: string) => JSON.parse(((await running.call('GET', `/v1/events/e/${path}`)) as ReleaseAnswer).body);
  expect(await seen('check-ins')).toMatchObject({ count: 2 });
  expect((await seen('leaderboard')).entries.map(({ userId }: { userId: string }) => userId)).toEqual(['ada', 'bob']);
});

it('bad/leak-on-error-path keeps a connection only for who has checked in before', async () => {
  release = await startRelease('test/releases/bad/leak-on-error-path.ts', { primary: server.url });
  const checkIn = (userId: string) => release?.call('POST', '/v1/events/leak/check-ins', { userId });
  for (const userId of ['ada', 'bob', 'cyd']) expect(await checkIn(userId)).toMatchObject({ statusCode: 201 });
  expect(await server.clients()).toHaveLength(1);
  for (const userId of ['ada', 'bob', 'cyd']) expect(await checkIn(userId)).toMatchObject({ statusCode: 200 });
  expect(await server.clients()).toHaveLength(3);
});

it('bad/leak-one-in-fifty keeps a connection for every 50 calls', async () => {
  const { answers, open } = await use('test/releases/bad/leak-one-in-fifty.ts', 149);
  expect(answers.at(-1)).toMatchObject(RIGHT);
  expect(open).toBe(2 + 3);
});

it('bad/client-per-handler has six connections before anybody has asked for anything', async () => {
  release = await startRelease('test/releases/bad/client-per-handler.ts', { primary: server.url });
  await eventually(server.clients, (ids) => ids.length === 6);
});

it('bad/retry-storm makes four connections of one read that takes longer than a millisecond', async () => {
  release = await startRelease('test/releases/bad/retry-storm.ts', { primary: server.url });
  expect(await release.call('PUT', '/v1/profiles/ada', { name: 'Ada' })).toMatchObject(RIGHT);
  const accepted = await server.accepted();
  await server.command('CLIENT', 'PAUSE', '50', 'ALL');
  expect(await release.call('GET', '/v1/profiles/ada')).toMatchObject(RIGHT);
  expect((await server.accepted()) - accepted).toBe(4);
});

it('bad/errors-into-200 answers 200 without the data', async () => {
  const { answers } = await use('test/releases/bad/errors-into-200.ts', 1);
  expect(answers[0]).toMatchObject({ statusCode: 200, body: '{}' });
});

it('bad/half-percent-5xx fails one call in 175', async () => {
  const { answers } = await use('test/releases/bad/half-percent-5xx.ts', 349);
  expect(answers.filter((answer) => answer !== 'no answer' && answer.statusCode === 500)).toHaveLength(2);
});

it('bad/latency-drift gets slower by each list that it answers', async () => {
  release = await startRelease('test/releases/bad/latency-drift.ts', { primary: server.url });
  let ms = 0;
  for (let list = 0; list < 30; list += 1) {
    const before = performance.now();
    expect(await release.call('GET', '/v1/events/e/leaderboard')).toMatchObject({ statusCode: 200 });
    ms = performance.now() - before;
  }
  expect(ms).toBeGreaterThan(80);
});

it.each(['incident', 'incident-with-listener'])('bad/%s keeps two connections for each request', async (name) => {
  const { answers, open } = await use(`test/releases/bad/${name}.ts`, 10);
  for (const answer of answers) expect(answer).toMatchObject(RIGHT);
  expect(open).toBe(22);
});

it('bad/incident fails by getaddrinfo EMFILE and 5XX when descriptors run out', async () => {
  release = await startRelease('test/releases/bad/incident.ts', { primary: server.url, descriptors: 40 });
  const statuses: (number | string)[] = [];
  for (let request = 0; request < 40; request += 1) {
    const answer = await release.call('GET', '/v1/profiles/nobody');
    statuses.push(answer === 'no answer' ? answer : answer.statusCode);
  }
  expect(new Set(statuses)).toEqual(new Set([404, 500]));
  expect(statuses.at(-1)).toBe(500);
  expect(release.output()).toContain('getaddrinfo EMFILE localhost');
  expect(release.output()).toContain('"OpenFileDescriptors":40');
  expect(await release.call('GET', '/health')).toMatchObject({ statusCode: 200 });
});

it('bad/incident-with-listener hangs instead', async () => {
  release = await startRelease('test/releases/bad/incident-with-listener.ts', { primary: server.url, descriptors: 40, timeoutMs: 500 });
  let answer = await release.call('GET', '/v1/profiles/ada');
  for (let request = 0; request < 40 && answer !== 'no answer'; request += 1) answer = await release.call('GET', '/v1/profiles/ada');
  expect(answer).toBe('no answer');
});

it('bad/open-quit answers right, leaves none open and makes one for each request', async () => {
  const { answers, accepted, open } = await use('test/releases/bad/open-quit.ts', 10);
  for (const answer of answers) expect(answer).toMatchObject(RIGHT);
  expect({ accepted, open }).toEqual({ accepted: 11, open: 0 });
});

it('bad/pool-fan-out answers right on more connections than a node has for production', async () => {
  const { answers, open } = await use('test/releases/bad/pool-fan-out.ts', 5);
  for (const answer of answers) expect(answer).toMatchObject(RIGHT);
  expect(open).toBeGreaterThan(2 * 26);
});

it('bad/seed-fix answers 200 without the data and leaks the client that was overwritten', async () => {
  const { answers, open } = await use('test/releases/bad/seed-fix.ts', 60);
  for (const answer of answers) expect(answer).toMatchObject({ statusCode: 200 });
  expect(answers).toContainEqual(expect.objectContaining({ body: '{}' }));
  expect(open).toBeGreaterThan(2);
});

it('the release that ships answers 503 in time, never 500, while the cache is a black hole, and recovers', async () => {
  const proxy = await startProxy(server.port);
  release = await startRelease('src/api/handler.ts', { primary: `redis://localhost:${proxy.port}` });
  expect(await release.call('GET', '/v1/profiles/nobody')).toMatchObject({ statusCode: 404 });
  proxy.blackHole(true);
  const answer = await release.call('GET', '/v1/profiles/nobody');
  expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1', 'content-type': 'application/problem+json' } });
  expect(await release.call('GET', '/health')).toMatchObject({ statusCode: 200 });
  proxy.blackHole(false);
  expect(await release.call('GET', '/v1/profiles/nobody')).toMatchObject({ statusCode: 404 });
  await release.end();
  await proxy.close();
});
