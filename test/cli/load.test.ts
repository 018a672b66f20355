import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addLoad } from '../../src/cli/commands/load';
import { mergeParts } from '../../src/evidence/k6/merge';
import { readParts } from '../../src/pipeline/load-parts';
import { type CheckInServer, startCheckInServer } from '../evidence/k6/check-in-server';
import { repository } from '../evidence/k6/load-run';

const POLICY = `
version: 1
release: { entry: src/api/handler.ts }
targets: { twin: { period: 1s } }
production: { peakConcurrency: 10, cacheMaxConnectionsPerNode: 65000 }
promotion: { profile: quick, maxEvidenceAge: 24h, approval: environment, approverMayBeAuthor: false }
stages:
  smoke:
    script: k6/smoke.ts
    load: { quick: { rate: 20/s, duration: 3s, warm: 3, requestTimeout: 1s, segments: 2 } }
    gates: [{ id: client-failed, judge: limit, of: client.failed / client.requests, max: 0, minRequests: 30 }]
`;

let directory: string;
let server: CheckInServer;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'load-'));
  writeFileSync(join(directory, 'gates.yaml'), POLICY);
  server = await startCheckInServer();
});
afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const soon = (ms: number): number => Math.ceil((Date.now() + ms) / 1000) * 1000;

async function load(...options: readonly string[]): Promise<number> {
  const program = new Command().exitOverride();
  const stream = { write: () => true } as unknown as NodeJS.WriteStream;
  const context = {
    root: repository,
    home: repository,
    stateDirectory: () => directory,
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
  };
  let code = -1;
  addLoad(program, context, (result) => {
    code = result;
  });
  const fixed = ['--policy', join(directory, 'gates.yaml'), '--target', 'twin', '--profile', 'quick', '--base-url', server.url];
  await program.parseAsync(['load', ...fixed, ...options], { from: 'user' });
  return code;
}

it('makes the parts of one load on machines that know nothing of each other', async () => {
  const startAt = soon(3500);
  const parts = join(directory, 'parts');
  const share = (index: number) =>
    load('--stage', 'smoke', '--start-at', String(startAt), '--segment', `${index}/2`, '--out', join(parts, `${index}.json`));
  expect(await Promise.all([share(1), share(2)])).toEqual([0, 0]);
  const read = await readParts(parts);
  const { outcome, load: evidence } = mergeParts(read);
  const asked = server.seen.filter(({ method }) => method === 'HEAD');
  expect(outcome).toBe('completed');
  expect(evidence.requests).toBe(server.seen.length - asked.length);
  expect(evidence.summary?.requests).toBe(evidence.requests);
  expect(Math.abs(evidence.requests - 63)).toBeLessThanOrEqual(1);
  for (const { clockAheadMs } of read) expect(Math.abs(clockAheadMs ?? 9999)).toBeLessThan(1000);
  expect(readdirSync(parts).sort()).toEqual(['1.json', '1.k6', '2.json', '2.k6']);
});

it.each<[string, () => readonly string[], string]>([
  ['another number than the policy has', () => ['--segment', '1/4'], 'has segments: 2 in the policy, so give 1/2 to 2/2'],
  ['no share of it', () => [], 'has segments: 2'],
  ['what is no share', () => ['--segment', '3/2'], 'expected i/N'],
  ['a start that is past', () => ['--segment', '1/2', '--start-at', '2020-01-01T00:00:00Z'], 'days past: k6 needs'],
  ['a start that is too near', () => ['--segment', '1/2', '--start-at', String(soon(0))], 'Give all generators a later one'],
  ['a start within a period', () => ['--segment', '1/2', '--start-at', String(soon(0) + 1)], 'on a boundary'],
  ['what is no time', () => ['--segment', '1/2', '--start-at', 'noon'], 'neither ISO 8601'],
  ['a stage without a load', () => ['--stage', 'soak'], 'unknown stage "soak"'],
  ['a canary', () => ['--stage', 'canary'], 'part of its shift'],
  ['a place that is none', () => ['--base-url', 'nowhere'], 'expected an http or https URL'],
  ['a place that k6 cannot ask', () => ['--base-url', 'ftp://x'], 'expected an http or https URL'],
  ['a manifest for the past', () => ['--manifest', '--start-at', '2020-01-01T00:00:00Z'], 'days past: k6 needs'],
])('refuses %s before anything is sent', async (_, options, message) => {
  const fixed = ['--stage', 'smoke', '--start-at', String(soon(60_000)), '--out', join(directory, 'part.json')];
  await expect(load(...fixed, ...options())).rejects.toThrow(message);
  expect(server.seen).toEqual([]);
});
