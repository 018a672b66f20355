import { renderAnnotations } from '../../src/report/annotations';
import { renderComment } from '../../src/report/comment';
import { renderHtml } from '../../src/report/html';
import { reportModel } from '../../src/report/model';
import { SAMPLES } from '../../src/report/samples/states';
import { renderSummary } from '../../src/report/summary';
import { renderTerminal } from '../../src/report/terminal';

const { report } = SAMPLES.find(({ name }) => name === 'evaluated-stopped') ?? {};
if (report === undefined) throw new Error('no sample of a stopped run');
const SAVED = 'that saved 43 s of load';
const UNFINISHED = 'Not judged any more, because the load was stopped';

test('every form says at which look the load was stopped and what that saved', () => {
  const forms = [
    renderComment(report, null),
    renderSummary(report, null),
    renderHtml(report, null),
    renderTerminal(report, { colour: false }),
    renderAnnotations(report).join('\n'),
  ];
  for (const text of forms) expect(text).toMatch(new RegExp(`stopped at (?:25&nbsp;%|25 %)[^]*${SAVED}`));
  expect(renderSummary(report, null)).toMatch(/soak on staging: failed, [^\n]*, stopped at 25 %/);
});

test('gates that the stop left open are named, folded, and hide no failure', () => {
  const { open, unfinished } = reportModel(report, null);
  expect(open.map(({ gate }) => gate.id)).toEqual(['redis-connection-leak', 'redis-new-connections']);
  expect(unfinished.length).toBeGreaterThan(5);
  const comment = renderComment(report, null);
  const folds = comment.match(/<details>[\s\S]*?<\/details>/g) ?? [];
  expect(folds.filter((fold) => fold.includes(UNFINISHED))).toHaveLength(1);
  expect(comment.replace(/<details>[\s\S]*?<\/details>/g, '')).not.toContain('api-5xx');
  expect(renderHtml(report, null)).toContain(`<summary>${UNFINISHED}`);
  expect(renderTerminal(report, { colour: false })).toMatch(new RegExp(`\\? ${UNFINISHED}: \\d+ gates \\(.*api-5xx.*\\)`));
  expect(renderAnnotations(report).filter((line) => line.startsWith('::error'))).toHaveLength(2);
});

test('where nothing failed, what the stop left open is what decides', () => {
  const stages = report.stages.map((stage) => ({ ...stage, gates: stage.gates.filter(({ verdict }) => verdict !== 'failed') }));
  const { open, unfinished } = reportModel({ ...report, verdict: 'inconclusive', reason: 'stopped-early', stages }, null);
  expect(unfinished).toEqual([]);
  expect(open.length).toBeGreaterThan(5);
});
