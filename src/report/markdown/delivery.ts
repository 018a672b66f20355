import type { DeliveryNotes, IncludedPull } from '../delivery';
import { markdown } from '../escape';
import { anchors } from '../links';
import { plural } from '../words';
import { alert, details, list } from './markup';

/** Parts of a report that GitHub knows of: links, and what else ships. Each is complete Markdown, or empty. */

/** Files that do not fit together are said aloud: a report is only as good as what it is drawn from. */
export function doubtsSection({ doubts = [] }: DeliveryNotes): string {
  return doubts.length === 0
    ? ''
    : alert(
        'WARNING',
        doubts.map((doubt) => markdown(doubt)).flatMap((line, i) => (i === 0 ? [line] : ['', line])),
      );
}

export function linksSection({ links = [], remark }: Pick<DeliveryNotes, 'links' | 'remark'>): string {
  const safe = anchors(links);
  return [
    ...(remark === undefined ? [] : [`_${markdown(remark)}_`]),
    ...(safe.length === 0 ? [] : [`**Read on:** ${safe.join(' · ')}`]),
  ].join('\n\n');
}

/** How many pull requests are named before only their number is told. */
const LISTED = 50;

/** With titles; as numbers only; as one number. A candidate that ships one pull request says nothing: it stands in it. */
export function includedForms({ included = [], includedCut = false }: DeliveryNotes): readonly [string, ...string[]] {
  if (included.length < 2 && !includedCut) return [''];
  const head = `<b>Ships ${plural(included.length, 'pull request')}</b>${includedCut ? ' at least: there are more commits than were looked at' : ''}`;
  const listed = included.slice(0, LISTED);
  const rest = included.length > listed.length ? ['', `and ${plural(included.length - listed.length, 'more pull request')}.`] : [];
  return [
    details(head, [list(listed.map(pullLine)), ...rest].join('\n')),
    `${head}: ${listed.map(({ number }) => `#${number}`).join(', ')}${rest.length === 0 ? '' : ', …'}`,
    head,
  ];
}

function pullLine({ number, title, author }: IncludedPull): string {
  return `#${number} ${markdown(title, 120)}${author === null ? '' : ` by ${markdown(author, 60)}`}`;
}
