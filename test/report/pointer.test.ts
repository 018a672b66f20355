import { renderComment } from '../../src/report/comment';
import { commentMarker, readState, stateLine } from '../../src/report/marker';
import { belowPointer, type Carrier, renderPointer } from '../../src/report/pointer';
import { PASSED_RUN } from '../../src/report/samples/runs';
import { HOSTILE } from './hostile';

const carrier: Carrier = {
  commit: '9d8c7b6a594837261504f3e2d1c0b9a897867564',
  pull: 43,
  run: { label: 'that run', url: 'https://example.com/runs/1' },
  verdict: 'passed',
  overridden: false,
  state: 'awaiting-approval',
};
const name = { workflow: 'delivery' };
const standing = (state: string, words = 'Words of before') =>
  `${commentMarker(name)}\n${stateLine({ state, commit: 'c0ffee' })}\n### ${words}\n`;
const point = (existing: string | null, more: Partial<Carrier> = {}) => renderPointer({ ...carrier, ...more }, name, existing, 'abc');

test.each([
  ['queued', 'Superseded by #43'],
  ['awaiting-approval', 'Superseded by #43'],
  ['passed', 'Superseded by #43'],
  ['failed', 'Carried on by #43'],
  ['refused', 'Carried on by #43'],
  ['promoted', 'Carried on by #43'],
])('a comment that said %s', (state, words) => {
  expect(point(standing(state))).toContain(`### ⏭️ ${words} · <code>9d8c7b6</code>`);
});

test.each([
  [{ verdict: 'failed', state: 'refused' } as const, null],
  [{ verdict: 'inconclusive', state: 'not-asked' } as const, null],
  [{ verdict: 'failed', state: 'awaiting-approval', overridden: true } as const, expect.stringContaining('Superseded by')],
])('an earlier candidate that can still be approved is left alone by one that was stopped: %j', (more, expected) => {
  expect(point(standing('awaiting-approval'), more)).toEqual(expected);
});

test('pointing again keeps the words of before once, through every state, and the same state twice changes nothing', () => {
  const states = ['awaiting-approval', 'promoting', 'promoted', 'rolled-back', 'rejected', 'superseded'] as const;
  const last = states.reduce<string | null>((text, state) => point(text, { state }), standing('queued'));
  expect(last?.match(/Words of before/g)).toHaveLength(1);
  expect(last?.match(/tidegate-before/g)).toHaveLength(1);
  expect(point(last, { state: 'superseded' })).toBe(last);
  expect(readState(last ?? '')).toEqual({ state: 'superseded-by', commit: 'c0ffee' });
});

test('a pointer that had nothing before it folds nothing', () => {
  const text = point(null);
  expect(text).not.toContain('<details>');
  expect(point(text, { state: 'promoted' })).toBe(point(null, { state: 'promoted' }));
});

test('a report of the largest size still fits below its successor’s words; a larger comment is left out', () => {
  const largest = standing('passed', '漢'.repeat(59_900));
  expect(point(largest)?.length).toBeLessThanOrEqual(65_536);
  expect(point(largest)).toContain('漢漢');
  expect(point(standing('passed', 'x'.repeat(65_000)))).not.toContain('<details>');
});

test('what stands there cannot pretend to be another state, nor another fold', () => {
  const { report, evidence } = PASSED_RUN;
  const hostile = renderComment(
    { ...report, message: `${HOSTILE} <!-- tidegate-before --> <!-- tidegate-state:queued:1 -->` },
    evidence,
    name,
  );
  expect(readState(hostile)?.state).toBe('passed');
  expect(point(hostile)?.match(/<!-- tidegate-before -->/g)).toHaveLength(1);
  expect(readState('<!-- tidegate:v1:a:b -->\n> <!-- tidegate-state:queued:1 -->')).toBeNull();
});

test('a state line holds letters, digits and hyphens only', () => {
  expect(stateLine({ state: 'x --> <b>', commit: HOSTILE })).toMatch(/^<!-- tidegate-state:[a-z0-9-]+:[a-z0-9-]+ -->$/);
});

describe('a candidate that ends after its successor has spoken', () => {
  const own = standing('superseded', 'My own last words');

  test('keeps the successor’s head, and its own last words are folded in place of the earlier ones', () => {
    const text = belowPointer(point(standing('awaiting-approval')), own);
    expect(text).toMatch(/### ⏭️ Superseded by #43[\s\S]*<details>[\s\S]*### My own last words[\s\S]*<\/details>\n$/);
    expect(text).not.toContain('Words of before');
    expect(belowPointer(text, own)).toBe(text);
    expect(belowPointer(point(null), own)).toMatch(/Carried on by #43[\s\S]*My own last words/);
  });

  test('speaks for itself where nobody has', () => {
    expect(belowPointer(null, own)).toBe(own);
    expect(belowPointer(standing('awaiting-approval'), own)).toBe(own);
    expect(point(own)).toContain('Superseded by #43');
  });
});
