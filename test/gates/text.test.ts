import { canonicalJson, digestOf } from '../../src/gates/canonical';
import { formatDuration, formatNumber, formatPercent, stable } from '../../src/gates/format';
import { parseDuration, parsePercent, parseRate } from '../../src/gates/policy/quantities';
import { nearest } from '../../src/gates/suggest';

describe('canonical JSON', () => {
  test('sorts keys at every depth, keeps the order of lists, ends with a newline', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }, 3] })).toBe(canonicalJson({ a: [{ c: 2, d: 1 }, 3], b: 1 }));
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
    expect(canonicalJson({}).endsWith('\n')).toBe(true);
  });

  test('refuses what JSON would turn into null', () => {
    expect(() => canonicalJson({ a: [Number.NaN] })).toThrow(RangeError);
    expect(() => canonicalJson(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  test('a digest is SHA-256 of the bytes', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('numbers in messages', () => {
  test('have no locale, no exponent and no noise', () => {
    expect([3600, 0.05, 171.333, 2, 0.1 + 0.2, 1e-7, -0.0000001].map(formatNumber)).toEqual([
      '3600',
      '0.05',
      '171.3',
      '2',
      '0.3',
      '0',
      '0',
    ]);
    expect([0.001, 0.0006, 1, 0.2874].map(formatPercent)).toEqual(['0.1 %', '0.06 %', '100 %', '28.74 %']);
    expect([12.34, 1500, 300_000, 86_400_000, 3 * 365 * 86_400_000].map(formatDuration)).toEqual([
      '12.34 ms',
      '1.5 s',
      '5 min',
      '1440 min',
      '1095 days',
    ]);
    expect(stable(0.1 + 0.2)).toBe(0.3);
  });
});

describe('quantities of the policy', () => {
  test('durations', () => {
    expect(['5s', '500ms', '15m', '24h', '0.5s'].map(parseDuration)).toEqual([5000, 500, 900_000, 86_400_000, 500]);
    expect(['5', '5 s', 's', '-5s', '5d', '0.5ms', ''].map(parseDuration)).toEqual(Array(7).fill(null));
  });

  test('rates and percentages, exactly as written', () => {
    expect(['60/s', '90/m', '0.5/s', '60', '60/h'].map(parseRate)).toEqual([60, 1.5, 0.5, null, null]);
    expect(['0.1%', '0.05%', '80%', '7%', '1', '-1%', '1 %'].map(parsePercent)).toEqual([0.001, 0.0005, 0.8, 0.07, null, null, null]);
  });
});

test('suggestions are near or absent', () => {
  expect(nearest('ratee', ['rate', 'duration'])).toBe('rate');
  expect(nearest('zzzzzzz', ['rate', 'duration'])).toBeNull();
});
