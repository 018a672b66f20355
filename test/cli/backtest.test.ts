import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addBacktest } from '../../src/cli/commands/backtest';
import { canonicalJson } from '../../src/gates/canonical';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import { buildEvidence, policyOf, policyText } from '../gates/builders';
import { type Ran, runCommand } from './command-bench';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'backtest-'));
  writeFileSync(join(root, 'policy.yaml'), policyText());
});
afterEach(() => rmSync(root, { recursive: true }));

const good = buildEvidence();
const slow = buildEvidence({ only: { soak: { connectionsPerEnvironment: 8 } } });

function keep(name: string, evidence: Evidence): void {
  mkdirSync(join(root, 'runs', name), { recursive: true });
  const { policy, digest } = policyOf();
  writeFileSync(join(root, 'runs', name, 'evidence.json'), canonicalJson(evidence));
  const report = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
  writeFileSync(join(root, 'runs', name, 'gate-report.json'), canonicalJson(report));
}

function run(...args: readonly string[]): Promise<Ran> {
  return runCommand(root, ['backtest', '--evidence', 'runs', '--policy', 'policy.yaml', ...args], (program, context, done) =>
    addBacktest(program, context, done),
  );
}

test('a looser policy would have let the bad run pass: said beside the verdict of then', async () => {
  keep('2026-11-01', good);
  keep('2026-11-02', slow);
  const before = await run();
  expect(before).toMatchObject({ code: 0, message: '' });
  expect(before.stdout).toMatch(/2026-11-02 .* failed +failed +redis-connection-leak/);
  expect(before.stdout).toContain('2 runs: 1 would fail, 0 would get no verdict, 1 would pass.\n');
  writeFileSync(join(root, 'policy.yaml'), policyText().replaceAll('maxPerEnvironment: 3', 'maxPerEnvironment: 20'));
  const after = await run();
  expect(after.stdout).toContain('2 would pass.\nOther than then:\n  2026-11-02: failed then, passed now\n');
});

test('a stricter one would have blocked the good run, and names the gate', async () => {
  keep('good', good);
  writeFileSync(join(root, 'policy.yaml'), policyText().replace('of: api.latencyP95, max: 200ms', 'of: api.latencyP95, max: 1ms'));
  const { stdout } = await run('--json');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    runs: [{ name: 'good', recorded: 'passed', verdict: 'failed', blockedBy: [{ id: 'api-latency', reason: 'above-limit' }] }],
  });
});

test('a part of a run would not pass: a promotion asks for every stage', async () => {
  keep('smoke', buildEvidence({ stages: ['smoke'] }));
  expect((await run()).stdout).toMatch(/smoke .* passed +inconclusive +not-run/);
});

test('a run under another load would get no verdict', async () => {
  keep('good', good);
  writeFileSync(join(root, 'policy.yaml'), policyText().replaceAll('rate: 60/s', 'rate: 90/s'));
  expect((await run()).stdout).toMatch(/good .* passed +inconclusive/);
});

test('a report of other evidence says nothing of this run', async () => {
  keep('good', good);
  writeFileSync(join(root, 'runs', 'good', 'evidence.json'), canonicalJson({ ...good, toolVersion: '0.0.9' }));
  expect((await run()).stdout).toMatch(/good .* not kept +passed/);
});

test('what cannot be read is told beside the rest, and the exit code says so', async () => {
  keep('good', good);
  mkdirSync(join(root, 'runs', 'torn'));
  writeFileSync(join(root, 'runs', 'torn', 'evidence.json'), '{"schemaVersion": 1,');
  const { code, stdout } = await run();
  expect(stdout).toMatch(/torn +not judged +not evidence of this version/);
  expect(stdout).toContain('1 run: 0 would fail, 0 would get no verdict, 1 would pass.');
  expect(code).toBe(64);
});

test('nothing to judge is an error that says what to do', async () => {
  mkdirSync(join(root, 'runs'));
  expect(await run()).toMatchObject({ code: 64, message: expect.stringContaining('holds no recorded run') });
  rmSync(join(root, 'runs'), { recursive: true });
  expect(await run()).toMatchObject({ code: 64, message: expect.stringContaining('no such folder') });
});
