import { progressTo } from '../../src/cli/progress';
import type { ProgressEvent } from '../../src/pipeline/events';

function written(isTTY: boolean, ...events: readonly ProgressEvent[]): string {
  let text = '';
  const listener = progressTo({ isTTY, write: (part: string) => (text += part) });
  for (const event of events) listener(event);
  return text;
}

const load = (elapsedSeconds: number): ProgressEvent => ({
  kind: 'load',
  stage: 'soak',
  elapsedSeconds,
  totalSeconds: 70,
  requests: 600,
  rate: 59.7,
  failed: 1,
  p95Ms: 6.4,
});

describe('progress', () => {
  test('is one plain line per event where nobody watches, and load only now and then', () => {
    const text = written(false, { kind: 'step', text: 'built' }, load(9), load(10), load(11), { kind: 'warning', text: 'late' });
    expect(text.split('\n').map((line) => line.slice(7))).toEqual([
      'built',
      '  10/70 s  600 requests, 60/s, 1 failed, p95 6 ms',
      '! late',
      '',
    ]);
    expect(text).not.toContain('\x1b');
  });

  test('rewrites one line on a terminal, and clears it before the next event', () => {
    const text = written(true, load(1), load(2), { kind: 'step', text: 'done' });
    expect(text.split('\r\x1b[2K')).toHaveLength(4);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toMatch(/2\/70 s/);
  });

  test('names each gate that did not pass, with its sentence', () => {
    const gate = { id: 'api-5xx', verdict: 'failed', message: '5 of 100.' } as const;
    const passed = { id: 'leak', verdict: 'passed', message: 'fine' } as const;
    const judged = { kind: 'stage-judged', stage: 'soak', verdict: 'failed', gates: [gate, passed] } as unknown as ProgressEvent;
    const text = written(false, judged);
    expect(text).toContain('✗ soak failed (2 gates)');
    expect(text).toContain('✗ api-5xx: 5 of 100.');
    expect(text).not.toContain('fine');
  });
});
