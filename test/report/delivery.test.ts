import { COMMENT_BUDGET } from '../../src/report/budget';
import { renderComment } from '../../src/report/comment';
import type { DeliveryNotes } from '../../src/report/delivery';
import { anchor, safeUrl } from '../../src/report/links';
import { FAILED_RUN, PASSED_RUN } from '../../src/report/samples/runs';
import { renderSummary } from '../../src/report/summary';
import { HARMLESS, HOSTILE } from './hostile';

const awaiting = { ...PASSED_RUN.report, promotion: { state: 'awaiting-approval', from: null, to: null, reason: 'x' } } as const;
const render = (notes: DeliveryNotes, report: Parameters<typeof renderComment>[0] = PASSED_RUN.report) =>
  renderComment(report, null, notes);
const open = (text: string) => text.replace(/<details>[\s\S]*?<\/details>/g, '');

describe('who may say yes, and how', () => {
  test('where reviewers are asked by GitHub, the run is linked', () => {
    const links = [{ label: 'this run', url: 'https://example.com/1' }];
    const text = open(render({ links, approval: { mode: 'environment', environment: 'production-approval' } }, awaiting));
    expect(text).toContain('**Next:** Open <a href="https://example.com/1">this run</a>, choose _Review deployments_');
  });

  test('in dispatch mode the digest can be copied, and the approvers are named without being called', () => {
    const text = open(render({ approval: { mode: 'dispatch', approvers: ['octo-manager'] } }, awaiting));
    expect(text).toContain(`octo-manager, if they wrote none of these commits.\n\n\`\`\`text\n${awaiting.release.digest}\n\`\`\``);
    expect(render({ approval: { mode: 'dispatch', approvers: [] } }, awaiting)).toContain('nobody yet: `promotion.approvers` is empty');
    expect(text).not.toContain('its input');
    const hotfix = { who: 'octo-author', branch: 'fix-1', reason: 'logins fail', qualified: false };
    const lane = render({ approval: { mode: 'dispatch', approvers: ['octo-manager'] }, hotfix }, awaiting);
    expect(lane).toContain('its input <code>hotfix</code> <code>fix-1</code>');
  });

  test('nobody is told how to approve what does not wait for it', () => {
    expect(render({ approval: { mode: 'dispatch', approvers: ['octo-manager'] } })).not.toContain('Run the workflow');
  });
});

describe('the hotfix lane', () => {
  const hotfix = { who: 'octo-manager', reason: 'Check-ins time out.', branch: 'hotfix/x', qualified: false };

  test('says what is owed until it is paid, in the comment and in the summary', () => {
    for (const text of [render({ hotfix }), renderSummary(PASSED_RUN.report, null, { hotfix })]) {
      expect(text).toMatch(
        /> \[!IMPORTANT\]\n> \*\*Hotfix lane:\*\* octo-manager, from branch <code>hotfix\/x<\/code>: Check-ins time out\. .*\*\*owed\*\*/,
      );
    }
    expect(render({ hotfix: { ...hotfix, qualified: true } })).not.toContain('owed');
  });
});

describe('what ships', () => {
  const included = Array.from({ length: 200 }, (_, i) => ({ number: i + 1, title: '漢'.repeat(200), author: 'octo-author' }));

  test('one pull request is no batch, two are listed', () => {
    expect(render({ included: included.slice(0, 1) })).not.toContain('Ships');
    expect(render({ included: included.slice(0, 2) })).toContain('<b>Ships 2 pull requests</b>');
    expect(render({ included: included.slice(0, 1), includedCut: true })).toContain('at least: there are more commits than were looked at');
  });

  test('fifty are named, the rest are counted', () => {
    const text = render({ included });
    expect(text.match(/^- #\d+ /gm)).toHaveLength(50);
    expect(text).toContain('and 150 more pull requests.');
  });

  test('when there is no room, titles go before numbers', () => {
    const gates = FAILED_RUN.report.stages.map((stage) => ({
      ...stage,
      gates: stage.gates.flatMap((gate) =>
        gate.verdict === 'failed' ? Array.from({ length: 62 }, (_, i) => ({ ...gate, id: `${gate.id}-${i}` })) : [gate],
      ),
    }));
    const text = render({ included }, { ...FAILED_RUN.report, stages: gates });
    expect(text.length).toBeLessThanOrEqual(COMMENT_BUDGET.limit);
    expect(text).toContain('<b>Ships 200 pull requests</b>: #1, #2,');
  });
});

test.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['http://example.com', null],
  ['javascript:alert(1)', null],
  ['https://user:secret@example.com', null],
  ['no address', null],
])('an address that may be linked: %s', (url, expected) => {
  expect(safeUrl(url)?.replace(/\/$/, '') ?? null).toBe(expected);
  expect(anchor({ label: '<b>', url })).toBe(expected === null ? '&#60;b&#62;' : `<a href="${safeUrl(url)}">&#60;b&#62;</a>`);
});

describe('hostile notes', () => {
  const notes = (text: string): DeliveryNotes => ({
    links: [{ label: text, url: 'https://example.com/' }],
    included: [1, 2].map((number) => ({ number, title: `${text} fixes #1 closes example-org/x#2`, author: text })),
    reviews: [{ who: text, state: 'rejected', comment: text }],
    hotfix: { who: text, reason: text, branch: text, qualified: false },
    doubts: [text, text],
    remark: text,
    approval: { mode: 'dispatch', approvers: [text] },
  });
  const forms = [
    ['comment', (text: string) => render(notes(text), awaiting)],
    ['summary', (text: string) => renderSummary(awaiting, null, notes(text))],
  ] as const;
  const skeleton = (text: string) =>
    text.split('\n').map((line) => (line.match(/\||`+|<\/?[a-z]+>?|<!--|^#+|^[-+*>]|^\d+\.|\*\*/g) ?? []).join(' '));

  test.each(forms)('change no structure of a %s, mention nobody, refer to nothing but our own numbers', (_, form) => {
    const [bad, good] = [form(HOSTILE), form(HARMLESS)];
    expect(skeleton(bad)).toEqual(skeleton(good));
    expect(bad).not.toMatch(/@[a-z]|GH-\d|http:|www\.e/i);
    expect(bad.match(/(?<!&)#\d+/g)).toEqual(['#1', '#2']);
    expect(bad.match(/https:\/\/[^"]*/g)).toEqual(good.match(/https:\/\/[^"]*/g));
  });
});
