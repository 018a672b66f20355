import { formatNumber, formatPercent, formatValue } from '../format';

/** What a change does to the releases that pass. `changed`: nobody can tell, so it is shown with what was loosened. */
export type Direction = 'loosened' | 'tightened' | 'changed';

/** How two values of one key are shown and compared; undefined where the key is not set. */
export interface Rule<Value = unknown> {
  show(value: Value): string;
  /** Null when the one writes what the other leaves to its default. */
  compare(before: Value | undefined, after: Value | undefined): Direction | null;
}

const OPPOSITE = { loosened: 'tightened', tightened: 'loosened', changed: 'changed' } as const;

export function opposite(direction: Direction): Direction {
  return OPPOSITE[direction];
}

interface Scale<Value> {
  /** Where the value stands; NaN for one that cannot be compared. */
  readonly rank: (value: Value) => number;
  readonly show: (value: Value) => string;
  /** Where a key stands that is not set. */
  readonly unset: number;
}

/** The higher, the more releases pass. */
export function moreLoosens<Value>({ rank, show, unset }: Scale<Value>): Rule<Value> {
  const at = (value: Value | undefined) => (value === undefined ? unset : rank(value));
  return {
    show,
    compare: (before, after) => {
      if (at(after) > at(before)) return 'loosened';
      if (at(after) < at(before)) return 'tightened';
      return at(after) === at(before) ? null : 'changed';
    },
  };
}

/** The lower, the more releases pass. */
export function lessLoosens<Value>(scale: Scale<Value>): Rule<Value> {
  const { show, compare } = moreLoosens(scale);
  return {
    show,
    compare: (before, after) => {
      const direction = compare(before, after);
      return direction === null ? null : opposite(direction);
    },
  };
}

/** Nobody can tell which way. */
export function either<Value>(show: (value: Value) => string, unset?: Value): Rule<Value> {
  return { show, compare: (before = unset, after = unset) => (before === after ? null : 'changed') };
}

/** What counts is whether it is set; another value could mean anything. */
export function onceSet<Value>(direction: Direction, show: (value: Value) => string): Rule<Value> {
  return {
    show,
    compare: (before, after) => (before === undefined ? direction : after === undefined ? opposite(direction) : 'changed'),
  };
}

/** A list of what is admitted. */
export function admits(): Rule<readonly string[]> {
  return {
    show: (names) => names.join(', ') || 'nobody',
    compare: (before = [], after = []) => {
      const gone = before.some((name) => !after.includes(name));
      const fresh = after.some((name) => !before.includes(name));
      if (gone === fresh) return fresh ? 'changed' : null;
      return fresh ? 'loosened' : 'tightened';
    },
  };
}

/** Milliseconds as a policy writes them: in the largest unit that leaves a whole number. */
export function duration(ms: number): string {
  const [name, size] = UNITS.find(([, unit]) => ms % unit === 0) ?? ['ms', 1];
  return `${ms / size}${name}`;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
const same = (value: number) => value;

/** Scales of numbers; one that is not set is 0. */
export const SCALES = {
  milliseconds: { rank: same, show: duration, unset: 0 },
  number: { rank: same, show: formatNumber, unset: 0 },
  fraction: { rank: same, show: formatPercent, unset: 0 },
  perSecond: { rank: same, show: (rate: number) => `${formatNumber(rate)}/s`, unset: 0 },
} as const satisfies Record<string, Scale<never>>;

/** A limit in the unit of what it limits. */
export interface Measure {
  readonly value: number;
  readonly unit: string;
}

/** The higher, the more releases pass; one that is not set limits nothing; limits of two units cannot be compared. */
export function limits(): Rule<Measure> {
  const { show, compare } = moreLoosens<Measure>({
    rank: ({ value }) => value,
    show: ({ value, unit }) => (unit === 'ms' ? duration(value) : formatValue(value, unit)),
    unset: Number.POSITIVE_INFINITY,
  });
  return { show, compare: (before, after) => (before && after && before.unit !== after.unit ? 'changed' : compare(before, after)) };
}

/** A closed list, from the strictest word to the loosest. `unset` is the word that counts where none is set. */
export function words<Word extends string>(strictToLoose: readonly Word[], unset: NoInfer<Word>): Rule<Word> {
  return moreLoosens({ rank: (word) => strictToLoose.indexOf(word), show: String, unset: strictToLoose.indexOf(unset) });
}
