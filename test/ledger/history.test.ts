import type { LedgerEntry, LedgerEvent } from '../../src/ledger/entry';
import { canaryOf, previousProduction, productionOf, servedProduction } from '../../src/ledger/history';

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

const takenBack = (letter: string, kept: string): [string, LedgerEvent] => [
  letter,
  { kind: 'canary-rolled-back', kept: digest(kept), reason: 'errors' },
];
const begun = (letter: string, from: string): [string, LedgerEvent] => [letter, { kind: 'canary-begun', from: digest(from) }];

describe('what production serves', () => {
  test('is what moved it last, a canary that was taken back included', () => {
    expect(productionOf([])).toBeNull();
    expect(productionOf(entries(installed, promoted('b', 'a')))).toMatchObject({ digest: digest('b'), commit: 'commit-b' });
    expect(productionOf(entries(installed, promoted('b', 'a'), takenBack('b', 'a')))).toMatchObject({
      digest: digest('a'),
      commit: 'commit-a',
    });
  });

  test('has the package that the platform reports: of an assembly what was recorded when it was built, else itself', () => {
    const built = (letter: string, packageLetter: string): [string, LedgerEvent] => [
      letter,
      { kind: 'built', packageDigest: digest(packageLetter), archive: digest('f') },
    ];
    const history = entries(built('a', '1'), installed, built('b', '2'), promoted('b', 'a'));
    expect(productionOf(history)?.packageDigest).toBe(digest('2'));
    expect(productionOf([...history, ...entries(takenBack('b', 'a'))])?.packageDigest).toBe(digest('1'));
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

  test('is not a release whose promotion was on record and whose canary was taken back', () => {
    const never = entries(installed, promoted('b', 'a'), takenBack('b', 'a'), promoted('c', 'a'));
    expect(previousProduction(never)).toBe(digest('a'));
    expect(['a', 'b', 'c'].map((letter) => servedProduction(never, digest(letter)))).toEqual([true, false, true]);
    // It served, was promoted once more, and that was taken back: it has served all the same.
    const again = entries(installed, promoted('b', 'a'), promoted('c', 'b'), promoted('b', 'c'), takenBack('b', 'c'));
    expect([servedProduction(again, digest('b')), previousProduction(again)]).toEqual([true, digest('b')]);
  });

  test('is not what an earlier rollback skipped, also when something was promoted since', () => {
    const since = entries(installed, promoted('b', 'a'), promoted('c', 'b'), revoked('c'), back('a', 'c'), promoted('d', 'a'));
    expect(previousProduction(since)).toBe(digest('a'));
    expect(servedProduction(since, digest('b'))).toBe(true);
  });

  test('passes over what is revoked', () => {
    expect(previousProduction(entries(installed, promoted('b', 'a'), promoted('c', 'b'), revoked('b')))).toBe(digest('a'));
  });

  test('is nowhere when production served nothing else', () => {
    expect(previousProduction(entries(installed))).toBeNull();
    expect(previousProduction([])).toBeNull();
  });
});

describe('the canary that is under way', () => {
  const canary = entries(installed, begun('b', 'a'));

  test('is what began and did not end, and moves nothing yet', () => {
    expect(canaryOf(canary)).toEqual({ digest: digest('b'), commit: 'commit-b' });
    expect([productionOf(canary)?.digest, servedProduction(canary, digest('b'))]).toEqual([digest('a'), false]);
    expect(canaryOf(entries(installed))).toBeNull();
  });

  test.each<[string, [string, LedgerEvent]]>([
    ['promotion', promoted('b', 'a')],
    ['being taken back', takenBack('b', 'a')],
    ['a rollback', back('a', 'b')],
    ['being stopped', ['a', { kind: 'restoration', who: 'r', reason: 'stop it' }]],
  ])('ends with %s', (_what, end) => {
    expect(canaryOf(entries(installed, begun('b', 'a'), end))).toBeNull();
  });
});
