import { renderAnnotations } from '../../src/report/annotations';
import { renderComment } from '../../src/report/comment';
import { renderHtml } from '../../src/report/html';
import { renderPendingComment } from '../../src/report/pending';
import { PENDING_RUNS } from '../../src/report/samples/states';
import { renderSummary } from '../../src/report/summary';
import { renderTerminal } from '../../src/report/terminal';
import { HARMLESS, HOSTILE, runWith } from './hostile';

const hostile = runWith(HOSTILE);
const harmless = runWith(HARMLESS);

/** What Markdown builds from a text: its lines, each reduced to what could be structure. */
function skeleton(text: string): readonly string[] {
  return text.split('\n').map((line) => (line.match(/\||`+|<\/?[a-z]+>?|<!--|^#+|^[-+*>]|^\d+\.|\*\*/g) ?? []).join(' '));
}

const tags = (text: string) => text.replace(/<(title|style)>[\s\S]*?<\/\1>/g, '').match(/<\/?[a-zA-Z][^\s>]*/g) ?? [];
const attributes = (text: string) => text.match(/ [a-z-]+="/g)?.length ?? 0;

const markdownForms = [
  ['comment', () => [renderComment(hostile.report, hostile.evidence), renderComment(harmless.report, harmless.evidence)]],
  ['comment without evidence', () => [renderComment(hostile.report, null), renderComment(harmless.report, null)]],
  ['summary', () => [renderSummary(hostile.report, hostile.evidence), renderSummary(harmless.report, harmless.evidence)]],
  [
    'pending comment',
    () =>
      [HOSTILE, HARMLESS].map((text) =>
        renderPendingComment({ ...PENDING_RUNS.testing, commit: text, detail: text }, { workflow: text, tier: text }),
      ),
  ],
] as const;

test.each(markdownForms)('hostile text does not change the structure of a %s', (_, render) => {
  const [bad = '', good = ''] = render();
  expect(skeleton(bad)).toEqual(skeleton(good));
  expect(bad).toContain('script');
});

test.each(markdownForms)('hostile text in a %s mentions, links and refers to nothing', (_, render) => {
  const [bad = ''] = render();
  expect(bad).not.toMatch(/@[a-z]/i);
  expect(bad).not.toMatch(/#\d+(?!\d*;)/);
  expect(bad).not.toMatch(/GH-\d/);
  expect(bad).not.toMatch(/https?:\/\/|www\.e/);
  expect(bad.split('tidegate:v1').length - 1 - (bad.match(/&#60;!-- tidegate:v1/g)?.length ?? 0)).toBe(bad.startsWith('<!--') ? 1 : 0);
  // Its marker, and the line beside it that says in which state it is.
  expect(bad.match(/<!--/g)?.length ?? 0).toBe(bad.startsWith('<!--') ? 2 : 0);
});

test('hostile text adds no element and no attribute to the page', () => {
  const [bad, good] = [renderHtml(hostile.report, hostile.evidence), renderHtml(harmless.report, harmless.evidence)];
  expect(tags(bad)).toEqual(tags(good));
  expect(attributes(bad)).toBe(attributes(good));
  expect(bad).not.toMatch(/<script|<img/i);
  expect(bad).toContain('&#60;script&#62;');
});

test('hostile text reaches a terminal without control characters, and adds no line', () => {
  const [bad, good] = [hostile, harmless].map(({ report }) => renderTerminal(report, { colour: false, directory: report.message }));
  expect(bad).not.toMatch(/[^\n\P{Cc}]/u);
  expect(bad?.split('\n')).toHaveLength(good?.split('\n').length ?? 0);
});

test('hostile text adds no workflow command', () => {
  const [bad, good] = [renderAnnotations(hostile.report), renderAnnotations(harmless.report)];
  expect(bad).toHaveLength(good.length);
  for (const line of bad) expect(line).toMatch(/^::(error|warning|notice) title=[^:,\r\n]+::[^\r\n]+$/);
});

test('only https addresses become links, with their text escaped', () => {
  const links = [
    { label: 'a <b>', url: 'https://example.com/a?b="c"' },
    { label: 'script', url: 'javascript:alert(1)' },
    { label: 'broken', url: 'no address' },
  ];
  const text = renderComment(harmless.report, null, { links });
  expect(text).toContain('**Read on:** <a href="https://example.com/a?b=%22c%22">a &#60;b&#62;</a>\n');
  expect(text).not.toContain('javascript');
});
