import type { Policy } from '../../src/gates/policy/policy';
import type { NewEntry } from '../../src/ledger/entry';
import type { DeliveryAsk } from '../../src/pipeline/delivery-ask';
import { aboutReport, openGates } from '../../src/pipeline/override-guard';
import { newEntry } from '../../src/pipeline/production';
import { buildEvidence, NOW } from '../gates/builders';
import { askOf, COMMIT, factsOf } from './delivery-bench';
import { fakeTarget, NEW, OLD, RELEASE } from './fake-target';
import { attempt, DAY, failing, kinds, memoryLedger, once, policy, reportOf } from './promote-bench';

jest.mock('../../src/pipeline/run-stage');

beforeEach(() => jest.useFakeTimers({ now: NOW.getTime() + 600_000, doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => jest.useRealTimers());

describe('a promotion that asks people', () => {
  const withdrawn = () => factsOf({ approval: { ...factsOf().approval, reviews: [] } });

  test('writes down who said yes before anything moves', async () => {
    const { ledger, promotion } = await attempt({ delivery: askOf() });
    expect(await promotion).toMatchObject({ state: 'promoted' });
    expect(kinds(ledger)).toEqual(['installation', 'gate-report', 'approval', 'canary-begun', 'gate-report', 'promotion']);
    expect(ledger.entries[2]).toMatchObject({ digest: NEW, event: { who: 'octo-reviewer', mode: 'environment', run: '7', attempt: 1 } });
  });

  test.each<[string, DeliveryAsk, string, string]>([
    ['nobody approved', askOf(withdrawn), 'refused', 'approval-missing'],
    [
      'somebody rejected',
      askOf(() => factsOf({ approval: { ...factsOf().approval, reviews: [{ who: 'octo-reviewer', state: 'rejected', comment: 'x' }] } })),
      'rejected',
      'approval-rejected',
    ],
    ['production is further', askOf(() => factsOf({ lineage: 'ancestor' })), 'superseded', 'superseded'],
    ['it diverged', askOf(() => factsOf({ lineage: 'diverged' })), 'refused', 'lineage-diverged'],
    [
      'GitHub does not answer',
      askOf(factsOf, { facts: async () => ({ readable: false, message: 'HTTP 500' }) }),
      'refused',
      'github-unreadable',
    ],
    [
      'the repository is frozen',
      askOf(factsOf, { switches: () => ({ freeze: '2099-01-01T00:00:00Z x', pinned: '' }) }),
      'refused',
      'frozen',
    ],
    [
      'another candidate is pinned',
      askOf(factsOf, { switches: () => ({ freeze: '', pinned: 'd'.repeat(40) }) }),
      'refused',
      'another-pinned',
    ],
  ])('moves nothing where %s', async (_what, delivery, state, code) => {
    const target = fakeTarget();
    const { ledger, promotion, outcome } = await attempt({ target, delivery });
    expect(await promotion).toMatchObject({ state, from: OLD, to: NEW, reason: expect.stringMatching(new RegExp(`^${code}: `)) });
    expect((await outcome).code).toBe(code);
    expect([target.calls, kinds(ledger)]).toEqual([[], ['installation', 'gate-report']]);
  });

  test('does not ask GitHub while the repository is frozen', async () => {
    const facts = jest.fn();
    await (await attempt({ delivery: askOf(factsOf, { facts, switches: () => ({ freeze: 'unreadable', pinned: '' }) }) })).promotion;
    expect(facts).not.toHaveBeenCalled();
  });

  test.each<[string, () => DeliveryAsk, string]>([
    ['an approval was withdrawn', () => askOf(once(factsOf, withdrawn)), 'approval-missing'],
    ['production went past it', () => askOf(once(factsOf, () => factsOf({ lineage: 'ancestor' }))), 'superseded'],
    [
      'a freeze was set',
      () =>
        askOf(factsOf, {
          switches: once(
            () => ({ freeze: '', pinned: '' }),
            () => ({ freeze: '2099-01-01T00:00:00Z x', pinned: '' }),
          ),
        }),
      'frozen',
    ],
  ])('is taken back when %s during its canary', async (_what, delivery, code) => {
    const target = fakeTarget();
    const { ledger, promotion } = await attempt({ target, delivery: delivery() });
    expect(await promotion).toMatchObject({ state: 'rolled-back', reason: expect.stringMatching(new RegExp(`^${code}: `)) });
    expect([target.serving(), kinds(ledger).at(-1)]).toEqual([OLD, 'canary-rolled-back']);
  });

  test.each<[string, string, NewEntry]>([
    ['a hold', 'hold-in-force', newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'hold', who: 'r', reason: 'x' })],
    ['a revocation', 'digest-revoked', newEntry('twin', RELEASE, { kind: 'revocation', who: 'r', reason: 'x' })],
    [
      'another promotion',
      'somebody else',
      newEntry('twin', { digest: `sha256:${'d'.repeat(64)}`, commit: 'c2' }, { kind: 'promotion', from: OLD }),
    ],
  ])('is taken back when %s was written while GitHub answered for the second time', async (_what, reason, entry) => {
    const ledger = memoryLedger();
    const target = fakeTarget();
    const facts = once(
      async () => ({ readable: true as const, facts: factsOf() }),
      async () => {
        await ledger.append(entry);
        return { readable: true as const, facts: factsOf() };
      },
    );
    const { promotion } = await attempt({ ledger, target, delivery: askOf(factsOf, { facts }) });
    expect(await promotion).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining(reason) });
    expect([target.serving(), kinds(ledger).filter((kind) => kind === 'promotion').length]).toEqual([
      OLD,
      entry.event.kind === 'promotion' ? 1 : 0,
    ]);
  });

  test('is taken back when a hold is the very entry that its own would follow', async () => {
    const ledger = memoryLedger();
    const hold = newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'hold', who: 'r', reason: 'x' });
    const late: typeof ledger = {
      ...ledger,
      async append(entry, check) {
        if (entry.event.kind === 'promotion') await ledger.append(hold);
        return ledger.append(entry, check);
      },
    };
    const { promotion } = await attempt({ ledger: late, delivery: askOf() });
    expect(await promotion).toMatchObject({ state: 'rolled-back', reason: expect.stringContaining('hold-in-force') });
    expect(kinds(ledger)).not.toContain('promotion');
  });

  test.each<[string, string, NewEntry]>([
    ['a hold', 'hold-in-force', newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'hold', who: 'r', reason: 'x' })],
    [
      'another promotion',
      'production-not-in-ledger',
      newEntry('twin', { digest: `sha256:${'d'.repeat(64)}`, commit: 'c2' }, { kind: 'promotion', from: OLD }),
    ],
  ])('does not begin when %s was written while GitHub answered', async (_what, code, entry) => {
    const ledger = memoryLedger();
    const target = fakeTarget();
    const facts = async () => {
      await ledger.append(entry);
      return { readable: true as const, facts: factsOf() };
    };
    expect((await (await attempt({ ledger, target, delivery: askOf(factsOf, { facts }) })).outcome).code).toBe(code);
    expect(target.calls).toEqual([]);
  });

  test('that cannot write down who approved does not begin', async () => {
    const target = fakeTarget();
    await expect((await attempt({ target, ledger: memoryLedger('approval'), delivery: askOf() })).promotion).rejects.toThrow('disk full');
    expect(target.calls).toEqual([]);
  });

  test('takes the waiting candidates with it whose commits it holds', async () => {
    const ledger = memoryLedger();
    const waiting = { digest: `sha256:${'1'.repeat(64)}`, commit: '1'.repeat(40) };
    const failed = { digest: `sha256:${'2'.repeat(64)}`, commit: '1'.repeat(40) };
    const elsewhere = { digest: `sha256:${'3'.repeat(64)}`, commit: '3'.repeat(40) };
    await ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    for (const each of [waiting, failed, elsewhere]) {
      const report = { ...reportOf(), verdict: each === failed ? ('failed' as const) : ('passed' as const) };
      await ledger.append(newEntry('twin', each, { kind: 'gate-report', report }));
    }
    const authors = [COMMIT, waiting.commit].map((commit) => ({ commit, as: 'author' as const, login: 'octo-author' }));
    await (await attempt({ ledger, delivery: askOf(() => factsOf({ authors })) })).promotion;
    const superseded = ledger.entries.filter(({ event }) => event.kind === 'superseded');
    expect(superseded).toMatchObject([{ digest: waiting.digest, event: { by: NEW } }]);
  });
});

describe('a promotion under an override', () => {
  const leaking = buildEvidence({ all: { leakPerSecond: 60 } });
  const set = async (gates: readonly string[]) => {
    const ledger = memoryLedger();
    const override = {
      who: 'octo-manager',
      when: NOW.toISOString(),
      reason: 'the generator of the load is known to be broken',
      incident: 'https://example.com/7',
      gates: [...gates],
      digest: NEW,
      expires: new Date(NOW.getTime() + DAY).toISOString(),
      ...aboutReport(reportOf(leaking)),
    };
    await ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    await ledger.append(newEntry('twin', RELEASE, { kind: 'override', override }));
    return { ledger, override };
  };

  test('goes behind a canary like any other, and says by whose word', async () => {
    const { ledger, override } = await set(openGates(reportOf(leaking)));
    const { outcome } = await attempt({ ledger, evidence: leaking });
    expect(await outcome).toMatchObject({ promotion: { state: 'promoted' }, override });
  });

  test('is refused when whoever set the gates aside also approves', async () => {
    const { ledger } = await set(openGates(reportOf(leaking)));
    const approvedBy = (who: string) =>
      askOf(() => factsOf({ approval: { ...factsOf().approval, reviews: [{ who, state: 'approved', comment: '' }] } }));
    const own = await attempt({ ledger, evidence: leaking, delivery: approvedBy('Octo-Manager') });
    expect(await own.outcome).toMatchObject({ promotion: { state: 'refused' }, code: 'approver-overrode' });
    const others = await attempt({ ledger, evidence: leaking, delivery: approvedBy('octo-reviewer') });
    expect(await others.outcome).toMatchObject({ promotion: { state: 'promoted' } });
  });

  test('is refused without one that names all', async () => {
    const { ledger } = await set(openGates(reportOf(leaking)).slice(1));
    const { outcome } = await attempt({ ledger, evidence: leaking });
    expect(await outcome).toMatchObject({ promotion: { state: 'refused' }, override: null, code: 'verdict-not-passed' });
    expect((await (await attempt({ evidence: leaking })).outcome).code).toBe('verdict-not-passed');
  });

  test('does not get past a canary that fails', async () => {
    const { ledger } = await set(openGates(reportOf(leaking)));
    const { promotion } = await attempt({ ledger, evidence: leaking, seen: failing });
    expect(await promotion).toMatchObject({ state: 'rolled-back' });
  });
});

describe('a promotion by the hotfix lane', () => {
  const lane: Policy = { ...policy, promotion: { ...policy.promotion, approvers: ['octo-author'], hotfix: { profile: 'quick' } } };
  const onItsBranch = () => factsOf({ onDefaultBranch: false, onNamedBranch: true });
  const hotfix = (change: Partial<DeliveryAsk> = {}) => askOf(onItsBranch, { lane: 'hotfix', reason: 'guests cannot enter', ...change });

  test('is on record as one, is exempt from a freeze, and needs an approval', async () => {
    const frozen = { switches: () => ({ freeze: '2099-01-01T00:00:00Z x', pinned: '' }) };
    const { ledger, promotion } = await attempt({ under: lane, delivery: hotfix(frozen) });
    expect(await promotion).toMatchObject({ state: 'promoted' });
    expect(ledger.entries.find(({ event }) => event.kind === 'hotfix')).toMatchObject({
      digest: NEW,
      event: { who: 'octo-author', reason: 'guests cannot enter', branch: 'main' },
    });
    const usual = await attempt({ under: lane, delivery: askOf(factsOf, frozen) });
    expect((await usual.outcome).code).toBe('frozen');
  });

  test('asks for evidence of its own profile', async () => {
    const other = { ...lane, promotion: { ...lane.promotion, hotfix: { profile: 'standard' as const } } };
    expect((await (await attempt({ under: other, delivery: hotfix() })).outcome).code).toBe('evidence-of-another-profile');
  });

  test('is not there when the policy opens none', async () => {
    await expect((await attempt({ delivery: hotfix() })).promotion).rejects.toThrow('no hotfix lane');
  });
});
