import type { PolicyChange } from '../gates/policy/changes';
import type { PolicyComparison } from '../gates/policy/changes-of-texts';
import { COMMENT_BUDGET, joinWithin, type Section } from './budget';
import { code, markdown } from './escape';
import { alert, details, list } from './markdown/markup';
import { commentMarker, POLICY_COMMENT } from './marker';
import { plural } from './words';

/** Whether there is anything that a reviewer has to see. */
export function isNotable(comparison: PolicyComparison): boolean {
  return !comparison.ok || comparison.changes.length > 0;
}

/**
 * A comment of its own, so that a rewritten report never hides it: every gate that this pull request loosens, with its old and
 * its new value, before anything else.
 */
export function renderPolicyComment(comparison: PolicyComparison): string {
  return `${commentMarker(POLICY_COMMENT)}\n${policySection(comparison)}`;
}

/** The same for the job summary, or at the end of another text. */
export function policySection(comparison: PolicyComparison): string {
  if (!comparison.ok) return invalid(comparison.problem);
  const { changes } = comparison;
  if (changes.length === 0) return '### Policy: nothing is changed any more\n\nThis pull request leaves every gate as it is on its base.\n';
  const loosened = changes.filter(({ direction }) => direction === 'loosened');
  const unclear = changes.filter(({ direction }) => direction === 'changed');
  const tightened = changes.filter(({ direction }) => direction === 'tightened');
  const sections: readonly Section[] = [
    { name: 'policy', priority: 0, forms: [heading(loosened.length, unclear.length)] },
    { name: 'loosened', priority: 1, forms: rows(loosened, '**Loosened:** more releases pass than before') },
    { name: 'changed', priority: 2, forms: rows(unclear, '**Changed:** nobody can tell which way') },
    { name: 'tightened', priority: 3, forms: folded(tightened) },
  ];
  return joinWithin(
    sections,
    COMMENT_BUDGET,
    (names) => `<sub>Shortened: ${names.join(', ')}. \`tidegate policy-diff\` prints all of it.</sub>`,
  );
}

function heading(loosened: number, unclear: number): string {
  if (loosened + unclear === 0) return '### Policy: this pull request tightens gates\n\nNothing is loosened.';
  const what = [
    ...(loosened === 0 ? [] : [`loosens ${plural(loosened, 'rule')}`]),
    ...(unclear === 0 ? [] : [`changes ${plural(unclear, 'rule')} in a way that could loosen ${unclear === 1 ? 'it' : 'them'}`]),
  ].join(' and ');
  return [
    `### ⚠️ Policy: this pull request ${what}`,
    alert('WARNING', [
      'Approving it means approving these limits. The comparison was made by the code of the base commit, not by this pull request’s.',
    ]),
  ].join('\n\n');
}

function invalid(problem: string): string {
  const [sentence = '', ...problems] = problem.split('\n');
  const rest = problems.length > 10 ? [`and ${plural(problems.length - 10, 'more problem')}.`] : [];
  const whole = [
    '### ⛔ Policy: what this pull request changes cannot be told',
    alert('CAUTION', [`${markdown(sentence)} With a policy that is not valid nothing is judged and nothing is promoted.`]),
    ...(problems.length === 0 ? [] : [list(problems.slice(0, 10).map((each) => markdown(each)))]),
    ...rest,
  ];
  return `${whole.join('\n\n')}\n`;
}

function rows(changes: readonly PolicyChange[], head: string): readonly [string, ...string[]] {
  if (changes.length === 0) return [''];
  const form = (length: number): string => {
    const rest = changes.length > length ? `\n\nand ${plural(changes.length - length, 'more rule')}.` : '';
    return `${head}\n\n${changeList(changes.slice(0, length))}${rest}`;
  };
  return [form(changes.length), form(100), form(20), `${head}: ${plural(changes.length, 'rule')}.`];
}

function folded(changes: readonly PolicyChange[]): readonly [string, ...string[]] {
  return changes.length === 0 ? [''] : [details(`Tightened: ${plural(changes.length, 'rule')}`, changeList(changes)), ''];
}

/** A list, because the last column of a table is what a phone does not show: and that is the new limit. */
function changeList(changes: readonly PolicyChange[]): string {
  return list(
    changes.map(({ stage, gate, key, before, after }) => {
      const of = [...(gate === null ? [] : [code(gate, 100)]), ...(stage === null ? [] : [gate === null ? stage : `(${stage})`])];
      return `${[...of, code(key, 100)].join(' ')}: ${value(before, key, 'new')} → **${value(after, key, 'removed')}**`;
    }),
  );
}

/** A whole gate or stage that is missing on one side was not merely left unset. */
function value(text: string | null, key: string, whole: string): string {
  if (text === null) return key === 'gate' || key === 'stage' ? whole : 'not set';
  return markdown(text, 200);
}
