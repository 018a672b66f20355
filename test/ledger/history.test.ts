import type { LedgerEntry, LedgerEvent } from '../../src/ledger/entry';
import { previousProduction, productionOf } from '../../src/ledger/history';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function entries(...events: readonly [string, LedgerEvent][]): LedgerEntry[] {
  return events.map(([letter, event], index) => ({
    schemaVersion: 1,
    sequence: index + 1,
    at: '2026-01-01T00:00:00.000Z',
    target: 'twin',
    digest: digest(letter),
    commit: `commit-${letter}`,
    event,
    previous: null,
  }));
}

const installed: [string, LedgerEvent] = ['a', { kind: 'installation', reason: 'first' }];
const promoted = (to: string, from: string): [string, LedgerEvent] => [to, { kind: 'promotion', from: digest(from) }];
const revoked = (letter: string): [string, LedgerEvent] => [letter, { kind: 'revocation', who: 'r', reason: 'bad' }];
const back = (to: string, from: string): [string, LedgerEvent] => [to, { kind: 'rollback', from: digest(from), who: 'r', reason: 'bad' }];

describe('what production serves', () => {
  test('is what moved it last, a canary that was taken back included', () => {
    expect(productionOf([])).toBeNull();
    expect(productionOf(entries(installed, promoted('b', 'a')))).toMatchObject({ digest: digest('b'), commit: 'commit-b' });
    const takenBack: [string, LedgerEvent] = ['b', { kind: 'canary-rolled-back', kept: digest('a'), reason: 'errors' }];
    expect(productionOf(entries(installed, promoted('b', 'a'), takenBack))).toMatchObject({ digest: digest('a'), commit: 'commit-a' });
  });

  test('has the package that the platform reports: of an assembly what was recorded when it was built, else itself', () => {
    const built = (letter: string, packageLetter: string): [string, LedgerEvent] => [
      letter,
      { kind: 'built', packageDigest: digest(packageLetter), archive: digest('f') },
    ];
    const taken: [string, LedgerEvent] = ['b', { kind: 'canary-rolled-back', kept: digest('a'), reason: 'errors' }];
    const history = entries(built('a', '1'), installed, built('b', '2'), promoted('b', 'a'));
    expect(productionOf(history)?.packageDigest).toBe(digest('2'));
    expect(productionOf([...history, ...entries(taken)])?.packageDigest).toBe(digest('1'));
    expect(productionOf(entries(installed))?.packageDigest).toBe(digest('a'));
  });
});

describe('where a rollback goes by default', () => {
  test('is what production served before', () => {
    expect(previousProduction(entries(installed, promoted('b', 'a'), promoted('c', 'b')))).toBe(digest('b'));
  });

  test('is never forward again: B was skipped on purpose', () => {
    const skipped = entries(installed, promoted('b', 'a'), promoted('c', 'b'), revoked('c'), back('a', 'c'));
    expect(previousProduction(skipped)).toBeNull();
  });

  test('passes over what is revoked', () => {
    expect(previousProduction(entries(installed, promoted('b', 'a'), promoted('c', 'b'), revoked('b')))).toBe(digest('a'));
  });

  test('is nowhere when production served nothing else', () => {
    expect(previousProduction(entries(installed))).toBeNull();
    expect(previousProduction([])).toBeNull();
  });
});
