import { join } from 'node:path';
import type { LoadProgress } from '../../../src/evidence/k6/progress';
import { loadEvidenceSchema, type Series, seriesSchema } from '../../../src/gates/evidence-schema';
import { constant } from '../../k6/plan';
import { type CheckInServer, startCheckInServer } from './check-in-server';
import { load, repository, surely, type TestDirectory, testDirectory } from './load-run';

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

const where = () => ({ baseUrl: server.url, directory: directory.path });

/** Sum over routes per second after the start. */
function perSecond(series: readonly Series[], metric: string, startAt: number): readonly number[] {
  const sums: number[] = [];
  for (const { points } of series.filter((each) => each.metric === metric)) {
    for (const [at, value] of points) sums[(at - startAt) / 1000] = (sums[(at - startAt) / 1000] ?? 0) + value;
  }
  return sums;
}

it('applies the planned load from the boundary on, and counts what the server saw', async () => {
  const plan = constant(40, 4000, { warm: 3, judgedFromMs: 1000, judgedToMs: 4000 });
  const startAt = surely(plan);
  const seen: LoadProgress[] = [];
  const {
    outcome,
    exitCode,
    detail,
    series,
    load: evidence,
  } = await load({ plan, startAt, ...where(), onProgress: (each) => seen.push(each) });

  expect({ outcome, exitCode, detail }).toEqual({ outcome: 'completed', exitCode: 0, detail: null });
  expect(loadEvidenceSchema.parse(evidence)).toEqual(evidence);
  expect(series.map((each) => seriesSchema.parse(each))).toEqual(series);

  const [warm, loaded] = [server.seen.slice(0, 3), server.seen.slice(3)];
  expect(warm.every(({ at }) => at >= startAt - 1000 && at < startAt)).toBe(true);
  expect(loaded.every(({ at }) => at >= startAt && at < startAt + 4300)).toBe(true);
  expect([evidence.requests, evidence.answered, evidence.failed, evidence.checksFailed, evidence.dropped]).toEqual([
    server.seen.length,
    server.seen.length,
    0,
    0,
    0,
  ]);
  expect(evidence.summary).toEqual({ iterations: evidence.iterations, requests: evidence.requests, dropped: 0 });

  const counts = perSecond(series, 'client.requests', startAt);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(loaded.length);
  for (const count of counts.slice(0, 4)) expect(Math.abs(count - 40)).toBeLessThanOrEqual(4);
  expect(evidence.plannedRate).toBe(40);
  expect(evidence.achievedRate).toBeGreaterThan(38);
  expect(evidence.arrivalLagP95Ms).toBeGreaterThanOrEqual(0);
  expect(seen.at(-1)).toMatchObject({ failed: 0, dropped: 0 });
  expect(Math.max(...seen.map(({ rate }) => rate))).toBeGreaterThan(30);
});

it('fails checks of a release that answers 200 without data, on every route but the control', async () => {
  server.behaveOn(/\/v1\//, 'empty-200');
  const { load: evidence } = await load({ plan: constant(40, 4000), ...where() });
  const control = evidence.judged.find(({ route }) => route === 'GET /health');
  expect(control).toMatchObject({ failed: 0, checksFailed: 0 });
  const others = evidence.judged.filter(({ route }) => route !== 'GET /health');
  expect(others.map(({ route }) => route)).toHaveLength(5);
  for (const { requests, failed, checksFailed } of others) expect([failed, checksFailed]).toEqual([0, requests]);
});

it('tells refusals, errors and missing answers apart', async () => {
  server.behaveOn(/^PUT/, 'good-but-202');
  server.behaveOn(/^POST/, 'error-500');
  server.behaveOn(/health/, 'cut');
  server.behaveOn(/^GET/, 'throttle-429');
  const { load: evidence } = await load({ plan: constant(40, 4000), ...where() });
  const judged = new Map(evidence.judged.map((each) => [each.route, each]));
  for (const method of ['PUT', 'GET']) expect(judged.get(`${method} /v1/profiles/{userId}`)?.failed).toBe(0);
  for (const route of ['POST /v1/events/{eventId}/check-ins', 'GET /health'])
    expect(judged.get(route)?.failed).toBe(judged.get(route)?.requests);
  for (const { requests, checksFailed } of evidence.judged) expect(checksFailed).toBe(requests);
  expect(Object.keys(evidence.statuses)).toEqual(['0', '202', '429', '500']);
  expect(evidence.answered).toBe(evidence.requests - (evidence.statuses['0'] ?? 0));
});

it('waits for the time-out of each request of a hanging release and drops none', async () => {
  server.behaveOn(/./, 'hang');
  const plan = constant(20, 2000, { requestTimeoutMs: 1000 });
  const startAt = surely(plan);
  const { outcome, series, load: evidence } = await load({ plan, startAt, ...where() });
  expect(outcome).toBe('completed');
  expect([evidence.dropped, evidence.answered]).toEqual([0, 0]);
  expect(evidence.failed).toBe(evidence.requests);
  expect(evidence.requests).toBeGreaterThanOrEqual(38);
  // By the second in which they began, not the one in which they were given up.
  const failed = perSecond(series, 'client.failed', startAt);
  expect(failed[0]).toBeGreaterThanOrEqual(16);
  expect(failed.slice(2).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(3);
  const overall = series.find(({ metric, dimensions }) => metric === 'client.p95' && !('route' in dimensions));
  for (const [, p95] of overall?.points ?? []) expect(p95).toBeGreaterThanOrEqual(1000);
  expect(evidence.achievedRate).toBeGreaterThan(19);
});

it('shows the iterations that a generator without free VUs drops', async () => {
  server.behaveOn(/./, 'hang');
  const plan = constant(20, 2000, { requestTimeoutMs: 1000 });
  const {
    outcome,
    series,
    load: evidence,
  } = await load({ plan, script: join(repository, 'test/evidence/k6/scripts/one-vu.ts'), ...where() });
  expect(outcome).toBe('completed');
  expect(evidence.dropped).toBeGreaterThan(30);
  const dropped = series.find(({ metric }) => metric === 'load.dropped');
  expect(dropped?.points.reduce((sum, [, count]) => sum + count, 0)).toBe(evidence.dropped);
  expect(evidence.summary?.dropped).toBe(evidence.dropped);
  expect(evidence.achievedRate).toBeLessThan(0.5 * evidence.plannedRate);
});

it('shows a load that began late as lag', async () => {
  const plan = constant(20, 2000);
  const { load: evidence } = await load({ plan, startAt: Date.now() - 1000, ...where() });
  expect(evidence.arrivalLagP95Ms).toBeGreaterThan(700);
});
