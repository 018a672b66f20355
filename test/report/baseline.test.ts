import { baselineNotes } from '../../src/gates/baseline-notes';
import type { GateReport } from '../../src/gates/report-schema';
import { renderComment } from '../../src/report/comment';
import { digestFacts } from '../../src/report/facts';
import { renderHtml } from '../../src/report/html';
import { SAMPLES } from '../../src/report/samples/states';
import { renderSummary } from '../../src/report/summary';
import { renderTerminal } from '../../src/report/terminal';

const BASELINE = {
  digest: `sha256:${'e'.repeat(64)}`,
  release: { digest: `sha256:${'b'.repeat(64)}`, commit: 'def5678' },
  finishedAt: '2026-11-20T09:00:00.000Z',
};

function compared(): GateReport {
  const found = SAMPLES.find(({ name }) => name === 'evaluated-passed');
  if (found === undefined) throw new Error('no sample');
  return { ...found.report, baseline: BASELINE, notes: baselineNotes(BASELINE, []) };
}

test.each([
  ['comment', (report: GateReport) => renderComment(report, null)],
  ['summary', (report: GateReport) => renderSummary(report, null)],
  ['HTML', (report: GateReport) => renderHtml(report, null)],
  ['terminal', (report: GateReport) => renderTerminal(report, { colour: false })],
])('the %s says which release another was compared with', (_, render) => {
  const text = render(compared()).replaceAll('&nbsp;', ' ');
  expect(text).toContain(`Compared with the last release that was promoted with passing gates, ${'b'.repeat(12)} of commit def5678`);
});

test('the digests name its evidence and its release, or say that there is none', () => {
  const facts = digestFacts(compared()).map(({ label, text }) => [label, text]);
  expect(facts).toContainEqual(['Baseline', BASELINE.digest]);
  expect(facts).toContainEqual(['Baseline release', BASELINE.release.digest]);
  expect(digestFacts({ ...compared(), baseline: null }).filter(({ label }) => label.startsWith('Baseline'))).toEqual([
    { label: 'Baseline', text: 'none' },
  ]);
});
