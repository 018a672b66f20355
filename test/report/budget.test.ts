import { COMMENT_BUDGET, joinWithin, type Section, SUMMARY_BUDGET } from '../../src/report/budget';
import { renderComment } from '../../src/report/comment';
import { FAILED_RUN } from '../../src/report/samples/runs';
import { renderSummary } from '../../src/report/summary';
import { HOSTILE, type Run, runWith } from './hostile';

const section = (name: string, priority: number, ...forms: [string, ...string[]]): Section => ({ name, priority, forms });
const characters = (limit: number) => ({ limit, measure: (text: string) => text.length });
const note = (names: readonly string[]) => `less: ${names.join(', ')}`;

describe('joinWithin', () => {
  const sections = [
    section('head', 0, 'H'.repeat(10)),
    section('table', 1, 'T'.repeat(40), 'T'.repeat(8), ''),
    section('extra', 5, 'E'.repeat(40), ''),
  ];

  test('keeps everything that fits, without a note', () => {
    expect(joinWithin(sections, characters(100), note)).toBe(`${'H'.repeat(10)}\n\n${'T'.repeat(40)}\n\n${'E'.repeat(40)}\n`);
  });

  test('gives up the least important first, by whole forms, and says so', () => {
    expect(joinWithin(sections, characters(80), note)).toBe(`${'H'.repeat(10)}\n\n${'T'.repeat(40)}\n\nless: extra\n`);
    expect(joinWithin(sections, characters(45), note)).toBe(`${'H'.repeat(10)}\n\n${'T'.repeat(8)}\n\nless: table, extra\n`);
  });

  test('counts the note, and never gives up the head', () => {
    expect(() => joinWithin(sections, characters(10), note)).toThrow(RangeError);
  });

  test('shortens a section no further than needed', () => {
    const two = [section('head', 0, 'H'), section('a', 1, 'A'.repeat(50), 'A'.repeat(20), 'A'), section('b', 2, 'B'.repeat(50), '')];
    expect(joinWithin(two, characters(90), note)).toContain('A'.repeat(50));
  });
});

/** A run with so many gates and datapoints that nothing fits, in letters of several bytes. */
function oversized(gates: number, letter: string): Run {
  const text = letter.repeat(590);
  const base = runWith(text);
  const [smoke, soak] = base.report.stages;
  if (smoke === undefined || soak === undefined) throw new Error('the sample lost its stages');
  const many = Array.from(
    { length: gates },
    (_, i) => ({ ...soak.gates[i % soak.gates.length], id: `${i}-${text}` }) as (typeof soak.gates)[number],
  );
  const stages = base.evidence.stages.map((stage) => ({
    ...stage,
    series: stage.series.map((series) => ({
      ...series,
      points: Array.from({ length: 2000 }, (_, i): [number, number] => [Date.parse(stage.window.start) + i * 1000, i]),
    })),
  }));
  return {
    report: { ...base.report, notes: Array.from({ length: 200 }, () => text), stages: [smoke, { ...soak, gates: many }] },
    evidence: { ...base.evidence, stages },
  };
}

/** Nothing was cut: every element, table row and fence that begins also ends. */
function expectWhole(text: string): void {
  for (const element of ['details', 'summary', 'code', 'sub']) {
    expect([element, text.split(`<${element}>`).length]).toEqual([element, text.split(`</${element}>`).length]);
  }
  expect((text.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
  for (const line of text.split('\n').filter((each) => each.startsWith('|'))) expect(line.endsWith('|')).toBe(true);
  expect(text).not.toMatch(/\p{Surrogate}/u);
}

test.each([
  ['漢', 3],
  ['🌊', 4],
  ['<', 1],
  ['@', 1],
])('a comment full of %s stays within its characters, whole, with the verdict first', (letter) => {
  const { report, evidence } = oversized(600, letter);
  const text = renderComment(report, evidence);
  expect(text.length).toBeLessThanOrEqual(COMMENT_BUDGET.limit);
  expect(text.split('\n')[0]).toBe('<!-- tidegate:v1:pipeline:staging -->');
  expect(text).toContain('Not promoted');
  expect(text).toContain('Shortened to fit into a comment');
  expectWhole(text);
});

test.each(['漢', '🌊', '<'])('a summary full of %s stays within its bytes, whole', (letter) => {
  const { report, evidence } = oversized(3000, letter);
  const text = renderSummary(report, evidence);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(SUMMARY_BUDGET.limit);
  expect(text).toContain('Not promoted');
  expect(text).toContain('evidence.json has all of it');
  expectWhole(text);
});

test('failed gates outlive passed ones, charts and digests', () => {
  const { report, evidence } = FAILED_RUN;
  const long = {
    ...report,
    stages: report.stages.map((stage) => ({
      ...stage,
      gates: stage.gates.flatMap((gate) =>
        gate.verdict === 'passed' ? Array.from({ length: 120 }, (_, i) => ({ ...gate, id: `${gate.id}-${i}` })) : [gate],
      ),
    })),
  };
  const text = renderComment(long, evidence);
  expect(text).toContain('<code>redis-connection-leak</code>');
  expect(text).toContain('<code>client-checks</code>');
  expect(text).not.toContain('mermaid');
  expect(text).toMatch(/and \d+ more gates\./);
});

test('a report of the usual size is not shortened', () => {
  expect(renderComment(FAILED_RUN.report, FAILED_RUN.evidence)).not.toContain('Shortened');
  expect(renderSummary(FAILED_RUN.report, FAILED_RUN.evidence)).not.toContain('Left out');
  expect(() => renderComment(runWith(HOSTILE.repeat(50)).report, null)).not.toThrow();
});
