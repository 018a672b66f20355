import type { PolicyChange } from '../../src/gates/policy/changes';
import { COMMENT_BUDGET } from '../../src/report/budget';
import { isNotable, renderPolicyComment } from '../../src/report/policy-comment';
import { POLICY_COMPARISONS } from '../../src/report/samples/others';
import { HARMLESS, HOSTILE } from './hostile';

const change = (more: Partial<PolicyChange> = {}): PolicyChange => ({
  ...{ stage: 'soak', gate: 'api-5xx', key: 'max', before: '0.1 %', after: '1 %', direction: 'loosened' },
  ...more,
});
const render = (...changes: readonly PolicyChange[]) => renderPolicyComment({ ok: true, changes });

test('loosened rules come first, each with old and new limit; tightened ones are folded', () => {
  const text = render(change({ key: 'warn', direction: 'tightened' }), change());
  expect(text).toContain('### ⚠️ Policy: this pull request loosens 1 rule\n');
  expect(text.indexOf('<code>max</code>: 0.1 % → **1 %**')).toBeLessThan(text.indexOf('<details><summary>Tightened: 1 rule'));
});

test('what nobody can tell the direction of is a warning too', () => {
  expect(render(change({ direction: 'changed' }))).toMatch(/### ⚠️ Policy: this pull request changes 1 rule in a way that could loosen it/);
  expect(render(change({ direction: 'tightened' }))).toContain('### Policy: this pull request tightens gates');
});

test.each([
  [change({ key: 'gate', after: null }), '→ **removed**'],
  [change({ key: 'gate', before: null, direction: 'tightened' }), ': new →'],
  [change({ key: 'warn', after: null }), '→ **not set**'],
  [change({ stage: null, gate: null, key: 'promotion.approvers' }), '- <code>promotion.approvers</code>:'],
])('a rule that is missing on one side: %j', (given, words) => {
  expect(render(given)).toContain(words);
});

test('only a policy that changes something, or cannot be read, is worth a comment', () => {
  expect(Object.entries(POLICY_COMPARISONS).map(([name, comparison]) => [name, isNotable(comparison)])).toEqual([
    ['policy-loosened', true],
    ['policy-tightened', true],
    ['policy-settled', false],
    ['policy-invalid', true],
  ]);
});

test('hostile values change nothing of its structure, mention nobody and refer to nothing', () => {
  const [bad, good] = [HOSTILE, HARMLESS].map((text) => ({
    changed: render(
      change({ gate: text, key: text, before: text, after: text }),
      change({ before: null, after: text, direction: 'changed' }),
    ),
    invalid: renderPolicyComment({ ok: false, problem: `${text.replaceAll('\n', ' ')}\n${text.replaceAll('\n', ' ')}` }),
  }));
  const skeleton = (text = '') => text.split('\n').map((line) => (line.match(/\||`+|<\/?[a-z]+>?|<!--|^#+|^[-+*>]|\*\*/g) ?? []).join(' '));
  for (const kind of ['changed', 'invalid'] as const) {
    expect(skeleton(bad?.[kind])).toEqual(skeleton(good?.[kind]));
    expect(bad?.[kind]).not.toMatch(/@[a-z]|#\d+(?!\d*;)|GH-\d|https?:\/\/|www\.e/i);
    expect(bad?.[kind].match(/<!--/g)).toHaveLength(1);
  }
});

test('a thousand rules fit, the loosened ones last to go', () => {
  const many = (direction: PolicyChange['direction']) =>
    Array.from({ length: 600 }, (_, i) => change({ key: `${i}.${'漢'.repeat(90)}`, direction }));
  const text = render(...many('loosened'), ...many('tightened'));
  expect(text.length).toBeLessThanOrEqual(COMMENT_BUDGET.limit + 100);
  expect(text).toContain('**Loosened:**');
  expect(text).toContain('Shortened: ');
  expect(render(...many('loosened').slice(0, 3))).not.toContain('Shortened');
});
