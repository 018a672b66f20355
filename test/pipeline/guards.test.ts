import type { GateReport } from '../../src/gates/report-schema';
import type { LedgerEntry, LedgerEvent } from '../../src/ledger/entry';
import type { RefusalCode } from '../../src/pipeline/decision';
import { guardPromotion, guardRollback, guardServing, type PromotionRequest } from '../../src/pipeline/guards';
import { aboutReport } from '../../src/pipeline/override-guard';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const NOW = new Date('2026-01-02T00:00:00.000Z');

function report(change: Partial<GateReport> = {}): GateReport {
  return {
    schemaVersion: 1,
    toolVersion: '0.1.0',
    target: 'twin',
    profile: 'quick',
    verdict: 'passed',
    reason: 'all-gates-passed',
    message: 'Every gate passed.',
    release: { digest: digest('b'), packageDigest: digest('b'), assemblyDigest: null, commit: 'c1', entry: 'src/api/handler.ts' },
    policy: { digest: digest('e') },
    evidence: { digest: digest('f'), startedAt: '2026-01-01T22:00:00.000Z', finishedAt: '2026-01-01T23:00:00.000Z' },
    baseline: null,
    scale: null,
    notes: [],
    stages: [],
    override: null,
    promotion: { state: 'not-asked', from: null, to: null, reason: '' },
    ...change,
  };
}

function ledger(...events: readonly [string, LedgerEvent][]): LedgerEntry[] {
  return events.map(([letter, event], index) => ({
    schemaVersion: 1,
    sequence: index + 1,
    at: '2026-01-01T23:30:00.000Z',
    target: 'twin',
    digest: digest(letter),
    commit: 'c1',
    event,
    previous: index === 0 ? null : digest('0'),
  }));
}

const request: PromotionRequest = {
  target: 'twin',
  digest: digest('b'),
  commit: 'c1',
  now: NOW,
  maxEvidenceAgeMs: 24 * 3600 * 1000,
  profile: null,
  required: [],
  outdated: null,
};
const installed: [string, LedgerEvent] = ['a', { kind: 'installation', reason: 'first' }];
const passed: [string, LedgerEvent] = ['b', { kind: 'gate-report', report: report() }];

describe('promotion guard', () => {
  test('lets a passed digest through and names what production leaves', () => {
    expect(guardPromotion(ledger(installed, passed), request)).toMatchObject({ allowed: true, from: digest('a') });
  });

  test.each<[RefusalCode, [string, LedgerEvent][], Partial<PromotionRequest>]>([
    ['no-evidence', [installed], {}],
    ['verdict-not-passed', [['b', { kind: 'gate-report', report: report({ verdict: 'failed', reason: 'gates-failed' }) }]], {}],
    ['verdict-not-passed', [['b', { kind: 'gate-report', report: report({ verdict: 'inconclusive', reason: 'not-run' }) }]], {}],
    ['verdict-not-passed', [passed, ['b', { kind: 'gate-report', report: report({ verdict: 'failed', reason: 'gates-failed' }) }]], {}],
    ['evidence-of-another-release', [passed], { commit: 'c2' }],
    ['evidence-of-another-release', [passed], { target: 'aws' }],
    ['evidence-stale', [passed], { now: new Date('2026-01-03T00:00:00.000Z') }],
    ['evidence-stale', [passed], { now: new Date('2026-01-01T00:00:00.000Z') }],
    ['evidence-of-another-profile', [passed], { profile: 'standard' }],
    ['evidence-outdated', [passed], { outdated: 'another load' }],
    ['evidence-incomplete', [passed], { required: ['smoke', 'failover'] }],
    ['digest-revoked', [passed, ['b', { kind: 'revocation', who: 'r', reason: 'bad' }]], {}],
    ['hold-in-force', [passed, ['a', { kind: 'hold', who: 'r', reason: 'after a rollback' }]], {}],
  ])('refuses: %s', (code, events, change) => {
    expect(guardPromotion(ledger(...events), { ...request, ...change })).toMatchObject({ allowed: false, code });
  });

  test('does not call evidence old that comes from the future: a clock is wrong', () => {
    const of = (day: string) => guardPromotion(ledger(installed, passed), { ...request, now: new Date(`2026-01-${day}T00:00:00.000Z`) });
    expect(of('01')).toMatchObject({ message: expect.stringMatching(/2026-01-01T00:00:00.000Z here: the clock of this machine/) });
    expect(of('03')).toMatchObject({ message: expect.stringContaining('older than the policy allows') });
  });

  test('a failure that was measured is the reason, whatever the policy asks since', () => {
    const failed = ledger(['b', { kind: 'gate-report', report: report({ verdict: 'failed', reason: 'gates-failed' }) }]);
    expect(guardPromotion(failed, { ...request, outdated: 'another load' })).toMatchObject({ code: 'verdict-not-passed' });
  });

  describe('under an override', () => {
    const failing = { id: 'api-5xx', mode: 'enforce', verdict: 'failed' } as GateReport['stages'][number]['gates'][number];
    const soak = {
      name: 'soak',
      tier: 'staging',
      verdict: 'failed',
      window: { start: '2026-01-01T22:00:00.000Z', end: '2026-01-01T23:00:00.000Z' },
      gates: [failing],
    } as unknown as GateReport['stages'][number];
    const leaking = report({ verdict: 'failed', reason: 'gates-failed', stages: [soak] });
    const failed: [string, LedgerEvent] = ['b', { kind: 'gate-report', report: leaking }];
    const override = {
      who: 'octo-manager',
      when: '2026-01-01T23:00:00.000Z',
      reason: 'the generator of the load is known to be broken',
      incident: 'https://example.com/7',
      gates: ['api-5xx'],
      digest: digest('b'),
      expires: '2026-01-02T08:00:00.000Z',
      ...aboutReport(leaking),
    };
    const set: [string, LedgerEvent] = ['b', { kind: 'override', override }];

    test('the verdict is set aside, and what set it aside is named', () => {
      expect(guardPromotion(ledger(failed), request)).toMatchObject({ code: 'verdict-not-passed' });
      expect(guardPromotion(ledger(installed, failed, set), { ...request, required: ['soak'] })).toMatchObject({ allowed: true, override });
      expect(guardPromotion(ledger(installed, passed, set), request)).toMatchObject({ allowed: true, override: null });
    });

    test('a stage that never ran is not: it is refused with what to run', () => {
      const unread = { ...failing, verdict: 'inconclusive' } as typeof failing;
      const never = { ...soak, name: 'spike', verdict: 'inconclusive', window: null, gates: [unread] } as typeof soak;
      const early = report({ verdict: 'failed', reason: 'gates-failed', stages: [soak, never] });
      const events = ledger(
        installed,
        ['b', { kind: 'gate-report', report: early }],
        ['b', { kind: 'override', override: { ...override, ...aboutReport(early) } }],
      );
      expect(guardPromotion(events, { ...request, required: ['soak', 'spike'] })).toMatchObject({
        code: 'evidence-incomplete',
        message: expect.stringContaining('`tidegate gate --stage spike`'),
      });
    });

    test.each<[RefusalCode, [string, LedgerEvent][], Partial<PromotionRequest>]>([
      ['evidence-outdated', [], { outdated: 'another load' }],
      ['override-expired', [], { now: new Date('2026-01-02T08:00:00.000Z') }],
      ['evidence-of-another-release', [], { commit: 'c2' }],
      ['evidence-incomplete', [], { required: ['soak', 'spike'] }],
      ['evidence-stale', [], { maxEvidenceAgeMs: 1 }],
      ['evidence-of-another-profile', [], { profile: 'standard' }],
      ['digest-revoked', [['b', { kind: 'revocation', who: 'r', reason: 'bad' }]], {}],
      ['hold-in-force', [['a', { kind: 'hold', who: 'r', reason: 'x' }]], {}],
    ])('nothing else is: %s', (code, events, change) => {
      expect(guardPromotion(ledger(failed, set, ...events), { ...request, ...change })).toMatchObject({ allowed: false, code });
    });
  });

  test('a cleared hold is no hold', () => {
    const events = ledger(passed, ['a', { kind: 'hold', who: 'r', reason: 'x' }], ['a', { kind: 'hold-cleared', who: 'r', reason: 'y' }]);
    expect(guardPromotion(events, request)).toMatchObject({ allowed: true });
  });
});

describe('rollback guard', () => {
  const history = ledger(installed, ['b', { kind: 'promotion', from: digest('a') }]);

  test('lets production go back to what it served, with no age or gate rule', () => {
    expect(guardRollback(history, { to: digest('a'), reason: 'errors since noon', whole: true })).toMatchObject({
      allowed: true,
      from: digest('b'),
    });
  });

  test('leads to what the ledger says while something else serves, or a share of it', () => {
    expect(guardRollback(history, { to: digest('b'), reason: 'x', whole: false })).toMatchObject({ allowed: true, from: digest('b') });
  });

  test.each<[RefusalCode, LedgerEntry[], string, string]>([
    ['reason-missing', history, digest('a'), ' '],
    ['never-promoted', history, digest('c'), 'x'],
    ['already-serving', history, digest('b'), 'x'],
    ['digest-revoked', [...history, ...ledger(['a', { kind: 'revocation', who: 'r', reason: 'bad' }])], digest('a'), 'x'],
  ])('refuses: %s', (code, entries, to, reason) => {
    expect(guardRollback(entries, { to, reason, whole: true })).toMatchObject({ allowed: false, code });
  });
});

describe('what production serves', () => {
  const serving = { servingDigest: digest('a'), assemblyDigest: null };

  test('must be what the ledger says', () => {
    expect(guardServing(ledger(installed), 'twin', serving)).toMatchObject({ allowed: true, fromPackage: digest('a') });
    const other = guardServing(ledger(installed), 'aws', { ...serving, servingDigest: digest('c') });
    expect(other).toMatchObject({
      code: 'production-not-in-ledger',
      message: expect.stringContaining('rollback --target aws --to DIGEST'),
    });
    expect(guardServing([], 'twin', serving)).toMatchObject({ code: 'production-not-in-ledger' });
  });

  test('must have the infrastructure of the release that serves', () => {
    expect(guardServing(ledger(installed), 'aws', { ...serving, assemblyDigest: digest('a') })).toMatchObject({ allowed: true });
    expect(guardServing(ledger(installed), 'aws', { ...serving, assemblyDigest: digest('c') })).toMatchObject({
      code: 'production-not-in-ledger',
      message: expect.stringContaining('rollback --target aws --redeploy'),
    });
  });
});
