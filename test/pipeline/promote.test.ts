import { AwsError } from '../../src/aws/failure';
import { canaryOf, productionOf } from '../../src/ledger/history';
import { newEntry } from '../../src/pipeline/production';
import type { Target } from '../../src/targets/target';
import { buildEvidence, NOW } from '../gates/builders';
import { askOf } from './delivery-bench';
import { fakeTarget, NEW, OLD, RELEASE } from './fake-target';
import { attempt, DAY, failing, kinds, memoryLedger } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');

describe('a promotion', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW.getTime() + 600_000, doNotFake: ['setImmediate', 'nextTick'] }));
  afterEach(() => jest.useRealTimers());

  test('writes down that production moves before it does', async () => {
    const target = fakeTarget();
    const { ledger, promotion } = await attempt({ target });
    expect(await promotion).toMatchObject({ state: 'promoted', from: OLD, to: NEW });
    expect(kinds(ledger)).toEqual(['installation', 'gate-report', 'canary-begun', 'gate-report', 'promotion']);
    expect([productionOf(ledger.entries)?.digest, target.serving()]).toEqual([NEW, NEW]);
  });

  test('has its canary on record before a request moves, and no longer than it lasts', async () => {
    const ledger = memoryLedger();
    const target = fakeTarget();
    const seen: (string | null)[] = [];
    const begun: Target = {
      ...target,
      beginShift: (...given) => {
        seen.push(canaryOf(ledger.entries)?.digest ?? null);
        return Promise.reject(new AwsError('rejected', `no canary of ${given[1].digest}`));
      },
    };
    expect(await (await attempt({ ledger, target: begun })).promotion).toMatchObject({ state: 'refused' });
    expect([seen, canaryOf(ledger.entries)]).toEqual([[NEW], null]);
    const unwritten = memoryLedger('canary-begun');
    await expect((await attempt({ ledger: unwritten, target })).promotion).rejects.toThrow('disk full');
    expect(target.calls).toEqual([]);
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

  test('on AWS, where nobody can be asked, is refused', async () => {
    jest.setSystemTime(NOW.getTime() + DAY / 12);
    const evidence = buildEvidence({ target: 'aws', profile: 'standard', periodMs: 60_000 });
    const target: Target = { ...fakeTarget(), name: 'aws' };
    expect(await (await attempt({ target, evidence })).outcome).toMatchObject({
      code: 'approval-missing',
      promotion: { state: 'refused' },
    });
    expect((await (await attempt({ target, evidence, delivery: askOf() })).outcome).code).toBeNull();
  });
});
