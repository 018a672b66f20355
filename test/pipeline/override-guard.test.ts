import type { LedgerEntry, LedgerEvent } from '../../src/ledger/entry';
import type { Override, RefusalCode } from '../../src/pipeline/decision';
import { aboutReport, guardOverride, openGates, overridingOf } from '../../src/pipeline/override-guard';
import { judge } from '../gates/helpers';

const NOW = new Date('2026-01-02T00:00:00Z');
const failed = judge({ all: { leakPerSecond: 60 } });
const passed = judge();
const { digest } = failed.release;
const open = openGates(failed);

const made: Override = {
  who: 'octo-manager',
  when: '2026-01-02T00:00:00.000Z',
  reason: 'the generator of the load is known to be broken',
  incident: 'https://example.com/incidents/7',
  gates: [...open],
  digest,
  expires: '2026-01-02T08:00:00.000Z',
  ...aboutReport(failed),
};

function ledger(...events: readonly LedgerEvent[]): LedgerEntry[] {
  const same = { schemaVersion: 1, at: NOW.toISOString(), target: 'aws', digest, commit: 'c1', previous: null } as const;
  return events.map((event, index) => ({ ...same, sequence: index + 1, event }));
}

test('every enforced gate without a pass is open, of the stages that ran', () => {
  expect(open).toEqual(expect.arrayContaining(['redis-connection-leak']));
  expect(openGates(passed)).toEqual([]);
  expect(openGates(judge({ stages: ['smoke'], planned: ['smoke', 'soak'] }))).toEqual([]);
});

describe('an override of a report', () => {
  const of = (change: Partial<Override>, report = failed, now = NOW) => {
    const { override, refusal } = overridingOf(ledger({ kind: 'override', override: { ...made, ...change } }), report, now);
    return override?.who ?? refusal?.code ?? null;
  };

  test.each<[string, Partial<Override>, string | null]>([
    ['is in force', {}, 'octo-manager'],
    ['may name more than is open', { gates: [...open, 'another'] }, 'octo-manager'],
    ['has ended', { expires: NOW.toISOString() }, 'override-expired'],
    ['leaves a gate open', { gates: open.slice(1) }, 'verdict-not-passed'],
    ['is of another digest', { digest: `sha256:${'9'.repeat(64)}` }, null],
  ])('%s', (_what, change, expected) => {
    expect(of(change)).toBe(expected);
  });

  test('is not about a later run of the gates, however alike', () => {
    const later = { ...failed, evidence: { ...failed.evidence, startedAt: '2026-01-01T23:00:00.000Z' } };
    expect(of({}, later)).toBe('override-expired');
    expect(of({ evidence: undefined }, failed)).toBe('override-expired');
  });

  test('of a gate without a verdict does not stand for a failure that is measured later', () => {
    const unread = failed.stages.map((stage) => ({
      ...stage,
      gates: stage.gates.map((gate) => (gate.verdict === 'failed' ? { ...gate, verdict: 'inconclusive' as const } : gate)),
    }));
    const about = aboutReport({ ...failed, verdict: 'inconclusive', stages: unread });
    expect(of(about)).toBe('verdict-not-passed');
    expect(overridingOf(ledger({ kind: 'override', override: { ...made, ...about } }), failed, NOW).refusal?.message).toContain(
      'redis-connection-leak in soak (failed)',
    );
    expect(of({}, { ...failed, verdict: 'inconclusive', stages: unread })).toBe('octo-manager');
  });

  test('of a value does not stand for another one: metrics were read again', () => {
    const again = failed.stages.map((stage) => ({
      ...stage,
      gates: stage.gates.map((gate) => (gate.id === 'redis-connection-leak' ? { ...gate, value: 99 } : gate)),
    }));
    expect(of({}, { ...failed, stages: again })).toBe('verdict-not-passed');
  });

  test('of a gate in one stage does not stand for the same gate in another', () => {
    const [first] = made.setAside ?? [];
    if (first === undefined) throw new Error('nothing is set aside');
    const elsewhere = (made.setAside ?? []).map((each) => (each === first ? { ...each, stage: 'failover' as const } : each));
    expect(of({ setAside: elsewhere })).toBe('verdict-not-passed');
  });

  test('outlives the canary of its own promotion', () => {
    const [stage] = failed.stages.filter(({ name }) => name === 'smoke');
    if (stage === undefined) throw new Error('there is no stage');
    const canary = { ...stage, name: 'canary' as const, tier: 'production' as const };
    const after = { ...failed, stages: [...failed.stages, canary], evidence: { ...failed.evidence, digest: `sha256:${'7'.repeat(64)}` } };
    expect(of({}, after)).toBe('octo-manager');
  });

  test('is not needed for a pass, and does not stand for gates that nobody enforced', () => {
    expect(of({}, passed)).toBeNull();
    const nothing = { ...failed, verdict: 'inconclusive' as const, stages: failed.stages.map((stage) => ({ ...stage, gates: [] })) };
    expect(of({}, nothing)).toBe('verdict-not-passed');
  });

  test('a newer one that is too small does not take an older one away', () => {
    const entries = ledger({ kind: 'override', override: made }, { kind: 'override', override: { ...made, gates: ['another'] } });
    expect(overridingOf(entries, failed, NOW)).toEqual({ override: made, refusal: null });
  });
});

describe('whoever overrides', () => {
  const recorded = ledger({ kind: 'gate-report', report: failed });
  const of = (change: Partial<Override>, entries = recorded, approvers = ['octo-manager']) =>
    guardOverride(entries, { ...made, ...change, approvers })?.code ?? null;

  test.each<[string, Partial<Override>, LedgerEntry[], RefusalCode | null]>([
    ['is on the list', { who: 'Octo-Manager' }, recorded, null],
    ['is not on the list', { who: 'octo-author' }, recorded, 'approver-not-listed'],
    ['says why in 20 characters', { reason: 'x'.repeat(20) }, recorded, null],
    ['says less', { reason: `${'x'.repeat(19)}  ` }, recorded, 'override-invalid'],
    ['links nothing', { incident: 'see the chat' }, recorded, 'override-invalid'],
    ['links without TLS', { incident: 'http://example.com' }, recorded, 'override-invalid'],
    ['links a script', { incident: 'javascript:alert(1)' }, recorded, 'override-invalid'],
    ['means a day', { expires: '2026-01-03T00:00:00.000Z' }, recorded, null],
    ['means longer', { expires: '2026-01-03T00:00:00.001Z' }, recorded, 'override-invalid'],
    ['means nothing', { expires: made.when }, recorded, 'override-invalid'],
    ['names a gate that passed', { gates: [...open, 'smoke-client-failed'] }, recorded, 'override-invalid'],
    ['names too few', { gates: open.slice(1) }, recorded, 'override-invalid'],
    ['names none', { gates: [] }, recorded, 'override-invalid'],
    ['has seen no report', {}, [], 'no-evidence'],
    ['meets a pass', {}, ledger({ kind: 'gate-report', report: passed }), 'override-invalid'],
    ['meets a revocation', {}, [...recorded, ...ledger({ kind: 'revocation', who: 'r', reason: 'bad' })], 'digest-revoked'],
  ])('%s', (_what, change, entries, code) => {
    expect(of(change, entries)).toBe(code);
  });

  test('cannot set a stage aside that never ran: it is told what to run', () => {
    const early = judge({ stages: ['smoke', 'soak'], planned: ['smoke', 'soak', 'spike'], all: { leakPerSecond: 60 } });
    const refused = guardOverride(ledger({ kind: 'gate-report', report: early }), {
      ...made,
      gates: early.stages.flatMap(({ gates }) => gates).map(({ id }) => id),
      approvers: ['octo-manager'],
    });
    expect(refused).toMatchObject({ code: 'override-invalid', message: expect.stringContaining('`tidegate gate --stage spike`') });
    expect(guardOverride(recorded, { ...made, approvers: ['octo-manager'] })).toBeNull();
  });

  test('is told which gates are open', () => {
    const refused = guardOverride(recorded, { ...made, gates: ['tpyo'], approvers: ['octo-manager'] });
    expect(refused?.message).toContain(`Open are: ${open.join(', ')}`);
  });
});
