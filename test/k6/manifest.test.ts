import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { loadManifest } from '../../src/pipeline/load-manifest';
import { type CheckInServer, startCheckInServer } from '../evidence/k6/check-in-server';
import { k6, repository } from '../evidence/k6/load-run';
import { constant } from './plan';

const run = promisify(execFile);
const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const metadata = z.strictObject({ name, labels: z.record(z.string(), z.string()) });

/** What api/v1alpha1/testrun_types.go of k6-operator allows, as far as we use it: an API server drops or refuses the rest. */
const testRun = z.strictObject({
  apiVersion: z.literal('k6.io/v1alpha1'),
  kind: z.literal('TestRun'),
  metadata,
  spec: z.strictObject({
    parallelism: z.number().int().min(1),
    script: z.strictObject({ configMap: z.strictObject({ name, file: z.string() }) }),
    separate: z.boolean(),
    runner: z.strictObject({ image: z.string(), env: z.array(z.strictObject({ name: z.string(), value: z.string() })) }),
  }),
});
const configMap = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string().regex(/^[-._a-zA-Z0-9]+$/), z.string()),
});

const plan = constant(20, 2000, { requestTimeoutMs: 1000 });
const startAt = () => Math.ceil((Date.now() + 2000) / 1000) * 1000;
let directory: string;
let server: CheckInServer;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'manifest-'));
  server = await startCheckInServer();
});
afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function manifest(generators = 2) {
  const start = startAt();
  const request = { root: repository, script: 'k6/soak.ts', plan, generators, baseUrl: server.url, startAt: start, k6Version: '2.2.0' };
  const documents = parseAllDocuments(await loadManifest(request));
  for (const { errors } of documents) expect(errors).toEqual([]);
  const [script, test] = documents.map((document) => document.toJS());
  return { script: configMap.parse(script), test: testRun.parse(test), startAt: start };
}

it('is a TestRun with one runner for each generator, and the ConfigMap that it names', async () => {
  const { script, test, startAt: start } = await manifest(4);
  const { configMap: named } = test.spec.script;
  expect(test.spec).toMatchObject({ parallelism: 4, separate: true, runner: { image: 'grafana/k6:2.2.0' } });
  expect([named.name, Object.keys(script.data)]).toEqual([script.metadata.name, [named.file]]);
  expect(test.spec.runner.env).toContainEqual({ name: 'TIDEGATE_START_AT', value: String(start) });
  expect(JSON.stringify(script.data).length).toBeLessThan(1_048_576);
  expect(script.data[named.file]).not.toContain(repository);
});

it('can be read where nothing else of ours is, without variables, as the initializer does', async () => {
  const { script } = await manifest();
  writeFileSync(join(directory, 'test.js'), Object.values(script.data)[0] ?? '');
  await run(k6, ['archive', 'test.js', '-O', 'test.tar'], { cwd: directory });
  const { stdout } = await run(k6, ['inspect', '--execution-requirements', 'test.tar'], { cwd: directory });
  expect(JSON.parse(stdout)).toMatchObject({ maxVUs: 24, scenarios: { load: { executor: 'ramping-arrival-rate', preAllocatedVUs: 24 } } });
});

it('sends the whole load from its runners, who may be told another address', async () => {
  const { script, startAt: start } = await manifest();
  writeFileSync(join(directory, 'test.js'), (Object.values(script.data)[0] ?? '').replaceAll(server.url, 'http://127.0.0.1:9'));
  const segments = ['0:1/2', '1/2:1'].map((share) => [`--execution-segment=${share}`, '--execution-segment-sequence=0,1/2,1']);
  const options = { cwd: directory, env: { ...process.env, BASE_URL: server.url, K6_NO_USAGE_REPORT: 'true' } };
  await Promise.all(segments.map((each) => run(k6, ['run', '--quiet', ...each, 'test.js'], options)));
  expect(Math.abs(server.seen.length - 40)).toBeLessThanOrEqual(1);
  expect(server.seen.every(({ at }) => at >= start && at < start + 3000)).toBe(true);
});
