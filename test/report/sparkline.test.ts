import { sparkline } from '../../src/report/sparkline';

test.each([
  ['from zero to the highest value', [0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  ['nothing happened', [0, 0, 0], '▁▁▁'],
  ['a constant level', [12, 12, 12], '███'],
  ['noise on a level stays flat', [100, 101, 100], '███'],
  ['missing datapoints are not zero', [null, 4, null, 4, 4], '·█·██'],
  ['negative values do not break it', [-1, 1, 1], '▁██'],
])('%s', (_, values, expected) => {
  expect(sparkline(values)).toBe(expected);
});

test.each([[[]], [[1, 2]], [[null, null, 1, 2, null]]])('%p has no shape', (values) => {
  expect(sparkline(values)).toBeNull();
});

test('a long series is folded, and a single peak survives', () => {
  const long = Array.from({ length: 900 }, (_, i) => (i === 450 ? 100 : 1));
  expect(sparkline(long)).toHaveLength(24);
  expect(sparkline(long)?.match(/█/g)).toHaveLength(1);
  expect(sparkline([...Array.from({ length: 450 }, () => null), ...Array.from({ length: 450 }, () => 5)])).toBe(
    '·'.repeat(12) + '█'.repeat(12),
  );
});
