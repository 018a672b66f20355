import { AwsError } from '../../src/aws/failure';
import { evaluate } from '../../src/gates/evaluate';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { resolveStage } from '../../src/gates/policy/resolve';
import type { GateReport } from '../../src/gates/report-schema';
import type { LedgerEntry, NewEntry } from '../../src/ledger/entry';
import { productionOf } from '../../src/ledger/history';
import type { Ledger } from '../../src/ledger/ledger';
import { newEntry } from '../../src/pipeline/production';
import { promote } from '../../src/pipeline/promote';
import { runStage } from '../../src/pipeline/run-stage';
import type { Target } from '../../src/targets/target';
import { buildEvidence, buildStage, editSeries, GOOD, NOW, policyOf } from '../gates/builders';
import { fakeTarget, NEW, OLD, RELEASE } from './fake-target';

jest.mock('../../src/pipeline/run-stage');
const ran = jest.mocked(runStage);

const { policy, digest } = policyOf();
const DAY = 24 * 3600 * 1000;

/** A ledger in memory; `fail` names a kind of event that cannot be written. */
function memoryLedger(fail?: string): Ledger & { readonly entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    read: async () => entries,
    async append(entry: NewEntry) {
      if (entry.event.kind === fail) throw new Error('disk full');
      const whole = { schemaVersion: 1 as const, sequence: entries.length + 1, previous: null, ...entry };
      entries.push(whole);
      return whole;
    },
  };
}

function reportOf(evidence = buildEvidence()): GateReport {
  const report = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0' });
  return { ...report, release: { ...report.release, digest: NEW, commit: RELEASE.commit } };
}

const canary = buildStage('canary', GOOD, { policy, profile: 'quick', start: NOW.getTime() });
const failing = editSeries(canary, 'lambda.errors', (series) => ({ ...series, points: series.points.map(([at]) => [at, 20]) }));

async function attempt(
  given: { ledger?: ReturnType<typeof memoryLedger>; target?: Target; during?: () => Promise<unknown>; seen?: StageEvidence } = {},
) {
  const ledger = given.ledger ?? memoryLedger();
  if (ledger.entries.length === 0)
    await ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
  ran.mockImplementation(async () => {
    await given.during?.();
    return given.seen ?? canary;
  });
  const resolved = resolveStage(policy, 'canary', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  const record = (report: GateReport) => ledger.append(newEntry('twin', RELEASE, { kind: 'gate-report', report }));
  const evidence = buildEvidence();
  const promotion = promote({
    target: given.target ?? fakeTarget(),
    policy,
    profile: 'quick',
    release: RELEASE,
    stage: resolved.value,
    workspace: { directory: '', ledger, objects: { put: async () => NEW, path: async () => '' }, close: async () => undefined },
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    k6: 'k6',
    root: '.',
    directory: '.',
    signal: new AbortController().signal,
    listener: () => undefined,
    record: async () => void (await record(reportOf(evidence))),
    recordCanary: async (stage) =>
      void (await record(
        reportOf({ ...evidence, plannedStages: [...evidence.plannedStages, 'canary'], stages: [...evidence.stages, stage] }),
      )),
  });
  return { ledger, promotion };
}

const kinds = (ledger: ReturnType<typeof memoryLedger>) => ledger.entries.map(({ event }) => event.kind);

describe('a promotion', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW.getTime() + 600_000, doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => jest.useRealTimers());

  test('writes down that production moves before it does', async () => {
    const target = fakeTarget();
    const { ledger, promotion } = await attempt({ target });
    expect(await promotion).toMatchObject({ state: 'promoted', from: OLD, to: NEW });
    expect(kinds(ledger)).toEqual(['installation', 'gate-report', 'gate-report', 'promotion']);
    expect([productionOf(ledger.entries)?.digest, target.serving()]).toEqual([NEW, NEW]);
  });

  test('whose canary failed is on record as failed, so that the next attempt is refused', async () => {
    const { ledger, promotion } = await attempt({ seen: failing });
    expect(await promotion).toMatchObject({ state: 'rolled-back' });
    expect(kinds(ledger).at(-1)).toBe('canary-rolled-back');
    expect(productionOf(ledger.entries)?.digest).toBe(OLD);
    const last = ledger.entries.findLast(({ event }) => event.kind === 'gate-report')?.event;
    expect(last).toMatchObject({ report: { verdict: 'failed' } });
  });

  test('is refused when production serves what the ledger does not know', async () => {
    const target = fakeTarget();
    await target.deploy('production', { ...RELEASE, packageDigest: `sha256:${'d'.repeat(64)}` });
    const { promotion } = await attempt({ target });
    expect(await promotion).toMatchObject({
      state: 'refused',
      from: `sha256:${'d'.repeat(64)}`,
      reason: expect.stringMatching(/^production-not-in-ledger: .*tidegate rollback --to/),
    });
    expect(target.calls).toEqual([]);
  });

  test("is not put on record as taken back where an operator's rollback went elsewhere meanwhile", async () => {
    const ledger = memoryLedger();
    const target = fakeTarget();
    const elsewhere = `sha256:${'c'.repeat(64)}`;
    const during = async () => {
      await ledger.append(
        newEntry('twin', { digest: elsewhere, commit: 'c2' }, { kind: 'rollback', from: OLD, who: 'r', reason: 'errors' }),
      );
    };
    await (await attempt({ ledger, target, during, seen: failing })).promotion;
    expect(productionOf(ledger.entries)?.digest).toBe(elsewhere);
    expect(kinds(ledger)).not.toContain('canary-rolled-back');
  });

  test('is refused when there is no production to be described', async () => {
    const target: Target = {
      ...fakeTarget(),
      describe: () => Promise.reject(new AwsError('not-found', 'There is no stack CheckInProduction.')),
    };
    expect(await (await attempt({ target })).promotion).toMatchObject({
      state: 'refused',
      from: null,
      reason: 'production-unavailable: There is no stack CheckInProduction.',
    });
  });

  test('of an assembly compares what the platform calls its package', async () => {
    const ledger = memoryLedger();
    const assembly = `sha256:${'e'.repeat(64)}`;
    await ledger.append(newEntry('aws', { digest: assembly, commit: 'c0' }, { kind: 'built', packageDigest: OLD, archive: OLD }));
    await ledger.append(newEntry('aws', { digest: assembly, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    expect(await (await attempt({ ledger })).promotion).toMatchObject({ state: 'promoted', from: assembly });
    const failed = memoryLedger();
    for (const { event } of ledger.entries.slice(0, 2)) await failed.append(newEntry('aws', { digest: assembly, commit: 'c0' }, event));
    expect(await (await attempt({ ledger: failed, seen: failing })).promotion).toMatchObject({ state: 'rolled-back', from: assembly });
    expect(productionOf(failed.entries)?.digest).toBe(assembly);
  });

  test.each<[string, string, (ledger: ReturnType<typeof memoryLedger>) => Promise<unknown>]>([
    [
      'a hold',
      'hold-in-force',
      (ledger) => ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'hold', who: 'r', reason: 'x' })),
    ],
    ['a revocation', 'digest-revoked', (ledger) => ledger.append(newEntry('twin', RELEASE, { kind: 'revocation', who: 'r', reason: 'x' }))],
    [
      'another promotion',
      'changed by somebody else',
      (ledger) => ledger.append(newEntry('twin', { digest: `sha256:${'c'.repeat(64)}`, commit: 'c2' }, { kind: 'promotion', from: OLD })),
    ],
  ])('is taken back when %s came during its canary', async (_what, reason, during) => {
    const ledger = memoryLedger();
    const target = fakeTarget();
    const { promotion } = await attempt({ ledger, target, during: () => during(ledger) });
    expect(await promotion).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining(reason) });
    expect(target.serving()).toBe(OLD);
  });

  test('that cannot be written down does not happen', async () => {
    const target = fakeTarget();
    const { promotion } = await attempt({ ledger: memoryLedger('promotion'), target });
    await expect(promotion).rejects.toThrow('disk full');
    expect(target.serving()).toBe(OLD);
  });

  test('whose alias does not move leaves a ledger that says so', async () => {
    const target = fakeTarget();
    const { ledger, promotion } = await attempt({ target: { ...target, stop: () => target.describe('production') } });
    expect(await promotion).toMatchObject({ state: 'refused', reason: expect.stringContaining('although') });
    expect(kinds(ledger).slice(-2)).toEqual(['promotion', 'canary-rolled-back']);
    expect(productionOf(ledger.entries)?.digest).toBe(OLD);
  });

  test('of staging evidence that is too old is refused, however young a canary is', async () => {
    jest.setSystemTime(NOW.getTime() + DAY + 600_000);
    const { promotion } = await attempt();
    expect(await promotion).toMatchObject({ state: 'refused', reason: expect.stringContaining('evidence-stale') });
  });
});
