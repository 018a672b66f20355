import type { Call } from './call';

interface Sizes {
  readonly usual: number;
  /** GitHub gives this many when asked for more, and says nothing. */
  readonly largest: number;
}

const SIZES: Sizes = { usual: 30, largest: 100 };
/** Of lists of variables. */
export const SMALL_SIZES: Sizes = { usual: 10, largest: 30 };

export interface Page<T> {
  readonly items: readonly T[];
  /** `link`, when there are other pages. */
  readonly headers: Readonly<Record<string, string>>;
  readonly number: number;
}

/** The part of a list that the query asks for, with links to the others. */
export function pageOf<T>(call: Call, all: readonly T[], { usual, largest } = SIZES): Page<T> {
  const asked = Number(call.query.get('per_page') ?? usual);
  if (asked > largest) call.complain(`per_page ${asked} is more than ${largest}: GitHub gives ${largest}`);
  const size = Math.min(Math.max(asked, 1), largest);
  const number = Math.max(Number(call.query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  return { items: all.slice((number - 1) * size, number * size), headers: links(call, number, last), number };
}

function links(call: Call, number: number, last: number): Readonly<Record<string, string>> {
  if (last === 1) return {};
  const link = (page: number, name: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(page));
    return `<${call.url}${call.path}?${query}>; rel="${name}"`;
  };
  const back = number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : [];
  const on = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
  return { link: [...back, ...on].join(', ') };
}
