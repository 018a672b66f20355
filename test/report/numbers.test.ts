import {
  formatCount,
  formatHeadroom,
  formatLimit,
  formatObserved,
  formatQuantity,
  formatRate,
  formatSample,
  headroom,
} from '../../src/report/numbers';

const gate = { judge: 'limit', of: 'api.5xx / api.requests', unit: 'fraction', value: 0.0006, limit: 0.001, n: 3600 } as const;

test.each([
  [0, '0'],
  [999, '999'],
  [18_000, '18,000'],
  [1_234_567, '1,234,567'],
  [0.05, '0.05'],
  [1234.56, '1,234.6'],
  [-18_000, '-18,000'],
])('%d is written %s', (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test.each([
  [0.0006, 'fraction', '0.06 %'],
  [850, 'ms', '850 ms'],
  [5000, 'ms', '5 s'],
  [2104, 'connections', '2,104'],
  [2, 'connections per environment', '2 per env.'],
  [12, 'MB', '12 MB'],
  [null, 'ms', '–'],
])('%p in %s is written %s', (value, unit, text) => {
  expect(formatQuantity(value, unit)).toBe(text);
});

test('a limit stands with its comparator, and load must reach its own', () => {
  expect(formatLimit(gate)).toBe('≤ 0.1 %');
  expect(formatLimit({ ...gate, limit: null })).toBe('–');
  expect(formatLimit({ judge: 'load-validity', of: 'load', unit: 'ratio', limit: 0.95 })).toBe('≥ 95 % of plan');
  expect(formatLimit({ judge: 'limit', of: 'redis.newConnections / api.requests', unit: 'ratio', limit: 0.05 })).toBe('≤ 0.05 per request');
});

test('a missing value is words, not a zero', () => {
  expect(formatObserved({ ...gate, value: null })).toBe('no value');
  expect(formatObserved({ ...gate, value: 0 })).toBe('0 %');
});

describe('headroom', () => {
  test.each([
    ['below a limit', { judge: 'limit', value: 60, limit: 100 }, 0.4],
    ['beyond a limit', { judge: 'limit', value: 150, limit: 100 }, -0.5],
    ['above the load that was asked for', { judge: 'load-validity', value: 1.9, limit: 0.95 }, 1],
    ['below the load that was asked for', { judge: 'load-validity', value: 0.475, limit: 0.95 }, -0.5],
    ['without a value', { judge: 'limit', value: null, limit: 100 }, null],
    ['with a limit of zero', { judge: 'limit', value: 0, limit: 0 }, null],
  ] as const)('%s', (_, given, expected) => {
    expect(headroom(given)).toBe(expected);
  });

  test.each([
    [{ judge: 'limit', value: 60, limit: 100 }, '40 %'],
    [{ judge: 'limit', value: 612, limit: 500 }, '−22 %'],
    [{ judge: 'limit', value: 345, limit: 3 }, '115 × limit'],
    [{ judge: 'limit', value: 0, limit: 0 }, '–'],
    [{ judge: 'limit', value: 3, limit: 0 }, 'over'],
    [{ judge: 'load-validity', value: 1, limit: 0.95 }, '5.3 %'],
  ] as const)('%p is written %s', (given, text) => {
    expect(formatHeadroom(given)).toBe(text);
  });
});

test.each([
  [gate, '3,600 requests'],
  [{ ...gate, n: 1 }, '1 request'],
  [{ ...gate, of: 'lambda.errors / lambda.invocations' }, '3,600 invocations'],
  [{ ...gate, of: 'lambda.throttles', n: 12 }, '12 datapoints'],
  [{ ...gate, of: 'client.p95' }, '3,600 requests'],
  [{ judge: 'recovery', of: 'client.p95', n: 8 }, '8 seconds'],
  [{ judge: 'load-validity', of: 'load', n: 3600 }, '3,600 requests'],
] as const)('the sample of %p is %s', (given, text) => {
  expect(formatSample(given)).toBe(text);
});

test('rates have one decimal always', () => {
  expect(formatRate(60)).toBe('60.0/s');
});
