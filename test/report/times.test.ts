import { formatClock, formatInstant, formatSpan, formatWindow } from '../../src/report/times';

test('instants are UTC without fractions, whatever zone they came in', () => {
  expect(formatInstant('2026-01-31T10:04:05.678Z')).toBe('2026-01-31T10:04:05Z');
  expect(formatInstant('2026-01-31T10:04:05+02:00')).toBe('2026-01-31T08:04:05Z');
  expect(formatClock(Date.parse('2026-01-31T10:04:05Z'))).toBe('10:04:05');
});

test.each([
  [350, '350 ms'],
  [45_000, '45 s'],
  [59_600, '1 min'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [5_400_000, '1 h 30 min'],
  [90_000_000, '25 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test('a window that crosses midnight says both days', () => {
  expect(formatWindow({ start: '2026-01-31T10:00:00Z', end: '2026-01-31T10:05:00Z' })).toBe('2026-01-31T10:00:00Z to 10:05:00Z (5 min)');
  expect(formatWindow({ start: '2026-01-31T23:59:00Z', end: '2026-02-01T00:01:00Z' })).toBe(
    '2026-01-31T23:59:00Z to 2026-02-01T00:01:00Z (2 min)',
  );
});
