import { limitBudget, PATIENCE } from '../../src/github/patience';

test('in earnest: a minute for limits, three more tries, half a minute for an answer', () => {
  expect(PATIENCE).toEqual({ requestMs: 30_000, retries: 3, limitSeconds: 60, secondMs: 1000, spaced: true });
});

test('waits one after the other add up', () => {
  let now = 0;
  const mayWait = limitBudget(PATIENCE, () => now);
  expect(mayWait(40, 0)).toBe(true);
  now = 40_000;
  expect(mayWait(20, 0)).toBe(true);
  now = 60_000;
  expect(mayWait(1, 0)).toBe(false);
});

test('waits at the same time cost their longest only', () => {
  const mayWait = limitBudget(PATIENCE, () => 0);
  expect(Array.from({ length: 10 }, () => mayWait(40, 0))).not.toContain(false);
  expect(mayWait(60, 0)).toBe(true);
  expect(mayWait(61, 0)).toBe(false);
});

test('one request is not tried for ever, however short the waits', () => {
  expect(limitBudget(PATIENCE, () => 0)(1, 3)).toBe(false);
});
