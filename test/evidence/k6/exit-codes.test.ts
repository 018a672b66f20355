import { meaningOf } from '../../../src/evidence/k6/exit-codes';

it.each([0, 99, 110])('takes code %i as a script that ran to its end', (code) => {
  expect(meaningOf(code, null)).toEqual({ kind: 'completed' });
});

it.each([
  [97, 'cloud run failed'],
  [98, 'cloud run could not be read'],
  [100, 'setup()'],
  [101, 'teardown()'],
  [102, 'too long'],
  [103, 'REST API'],
  [104, 'invalid'],
  [105, 'signal'],
  [106, 'REST API'],
  [107, 'exception'],
  [108, 'aborted'],
  [109, 'crashed'],
  [1, 'does not know'],
  [255, 'does not know'],
])('names code %i and says "%s"', (code, words) => {
  const meaning = meaningOf(code, null);
  expect(meaning.kind).toBe('failed');
  expect(meaning).toMatchObject({ detail: expect.stringContaining(words) });
  expect(meaning).toMatchObject({ detail: expect.stringContaining(String(code)) });
});

it('names the signal that ended k6', () => {
  expect(meaningOf(null, 'SIGKILL')).toMatchObject({ kind: 'failed', detail: expect.stringContaining('SIGKILL') });
});
