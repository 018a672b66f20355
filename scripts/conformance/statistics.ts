import { lowerBound, upperBound } from '../../src/gates/stats/clopper-pearson';
import { hamedRao, mannKendall } from '../../src/gates/stats/mann-kendall';
import { cliffsDelta, hodgesLehmann, mannWhitney, mannWhitneyExact } from '../../src/gates/stats/mann-whitney';
import { theilSen } from '../../src/gates/stats/theil-sen';
import { apart } from './closeness';
import { kendallTaus, wilsonInterval } from './not-ours';
import { type Row, settle } from './row';
import { INTERVAL, type ProportionRow, type Stats, type TrendRow, type TwoSampleRow } from './shapes/stats';

type Fields = Readonly<Record<string, number | null>>;
type Groups = Readonly<Record<string, readonly Row[]>>;

/** Every value of SciPy and pymannkendall that a judge of ours has a counterpart of, and the others as what they are: not ours. */
export function statisticGroups({ trend, twoSample, proportion }: Stats): Groups {
  return {
    ...(trend && trendGroups(trend)),
    ...(twoSample && twoSampleGroups(twoSample)),
    ...(proportion && proportionGroups(proportion)),
  };
}

function trendGroups(rows: readonly TrendRow[]): Groups {
  return {
    'trend.mannKendall': rows.map(({ name, y, mannKendall: { s, varS, z, pTwoSided } }) =>
      compared(name, { s, varS, z, pTwoSided }, { ...mannKendall(y) }),
    ),
    'trend.hamedRao': rows.map(({ name, y, mannKendallHamedRao: { s, varS, z, pTwoSided } }) => {
      const ours = hamedRao(y);
      // S needs no correction: the reference has it also where the correction is undefined.
      return compared(name, { s, varS, z, pTwoSided }, { ...ours, s: s === null ? null : mannKendall(y).s });
    }),
    'trend.theilSen': rows.map(({ name, y, theilSen: { slope, intercept, low95, high95, low99, high99 } }) => {
      const [at95, at99] = [theilSen(y, 0.95), theilSen(y, 0.99)];
      const ours = { ...at95, low95: at95.low, high95: at95.high, low99: at99.low, high99: at99.high };
      return compared(name, { slope, intercept, low95, high95, low99, high99 }, ours);
    }),
    'trend.kendallTau': rows.map(({ name, y, mannKendall: { tau }, kendallTauB: tauB }) =>
      notOurs(name, { tau, tauB }, { ...kendallTaus(y) }, 'not ours: S and its p say whether a series rises; no judge reads a tau'),
    ),
  };
}

function twoSampleGroups(rows: readonly TwoSampleRow[]): Groups {
  return {
    'twoSample.mannWhitney': rows.map(({ name, a, b, mannWhitney: expected }) => {
      const { u, 'pAsymptotic_two-sided': twoSided, pAsymptotic_greater: greater, pAsymptotic_less: less } = expected;
      const ours = mannWhitney(a, b);
      return compared(
        name,
        { u, twoSided, greater, less },
        { u: ours.u, twoSided: ours.pTwoSided, greater: ours.pGreater, less: ours.pLess },
      );
    }),
    'twoSample.mannWhitneyExact': rows.flatMap(({ name, a, b, mannWhitney: expected }) => {
      const { 'pExact_two-sided': twoSided, pExact_greater: greater, pExact_less: less } = expected;
      if (typeof twoSided !== 'number') return [];
      const ours = mannWhitneyExact(a, b);
      const fields = { twoSided: ours?.pTwoSided ?? null, greater: ours?.pGreater ?? null, less: ours?.pLess ?? null };
      return [compared(name, { twoSided, greater: greater ?? null, less: less ?? null }, fields)];
    }),
    'twoSample.hodgesLehmann': rows.map(({ name, a, b, hodgesLehmannShift: shift }) =>
      compared(name, { shift }, { shift: hodgesLehmann(a, b) }),
    ),
    'twoSample.cliffsDelta': rows.map(({ name, a, b, cliffsDelta: delta }) => compared(name, { delta }, { delta: cliffsDelta(a, b) })),
  };
}

function proportionGroups(rows: readonly ProportionRow[]): Groups {
  const parts = (row: ProportionRow, method: string) =>
    Object.entries(row).flatMap(([field, expected]) => {
      const [, kind, side, percent] = INTERVAL.exec(field) ?? [];
      return kind === method ? [{ field, expected, side, confidence: Number(percent) / 100 }] : [];
    });
  return {
    'proportion.clopperPearson': rows.map((row) => {
      const { k, n } = row;
      const fields = parts(row, 'clopperPearson').map(({ field, expected, side, confidence }) => {
        const both = 1 - (1 - confidence) / 2;
        if (typeof expected === 'number')
          return [[field, expected, side === 'Upper' ? upperBound(k, n, confidence) : lowerBound(k, n, confidence)]] as const;
        return [
          [`${field} low`, expected[0], lowerBound(k, n, both)],
          [`${field} high`, expected[1], upperBound(k, n, both)],
        ] as const;
      });
      return compared(`${k} of ${n}`, valuesOf(fields.flat(), 1), valuesOf(fields.flat(), 2));
    }),
    'proportion.wilson': rows.map((row) => {
      const { k, n } = row;
      const fields = parts(row, 'wilson').flatMap(({ field, expected, confidence }) => {
        const [low, high] = wilsonInterval(k, n, confidence);
        return typeof expected === 'number'
          ? []
          : ([
              [`${field} low`, expected[0], low],
              [`${field} high`, expected[1], high],
            ] as const);
      });
      return notOurs(
        `${k} of ${n}`,
        valuesOf(fields, 1),
        valuesOf(fields, 2),
        'not ours: gates use the exact bounds of Clopper and Pearson, which never promise more than they hold',
      );
    }),
  };
}

function valuesOf(fields: readonly (readonly [string, number, number])[], place: 1 | 2): Fields {
  return Object.fromEntries(fields.map((field) => [field[0], field[place]]));
}

function compared(name: string, expected: Fields, ours: Fields): Row {
  const off = apart(expected, ours);
  const row = { name, vector: expected, expected: text(expected), theirs: null, ours, oursText: off.join('; ') || 'the same' };
  return settle({ ...row, agrees: off.length === 0, rules: [] });
}

/** Never counted as agreeing; still checked by its own formula, so that a changed expectation is seen. */
function notOurs(name: string, expected: Fields, formula: Fields, reason: string): Row {
  const same = apart(expected, formula).length === 0;
  const row = {
    name,
    vector: expected,
    expected: text(expected),
    theirs: same ? text(expected) : text(formula),
    ours: null,
    oursText: 'not ours',
  };
  return settle({ ...row, agrees: false, rules: [{ reason, covers: () => true }] });
}

function text(fields: Fields): string {
  return Object.entries(fields)
    .map(([field, value]) => `${field} ${value}`)
    .join(', ');
}
