/** One changed expectation of a vector, for each group: whoever changes it must be told. */

type Json = Readonly<Record<string, unknown>>;
type Vector = Json | readonly unknown[];
/** @returns the same vector with an expectation that its source does not have */
export type Tamper = (vector: Vector) => Vector;

const field = (vector: Vector, name: string): unknown => (vector as Json)[name];
const set = (vector: Vector, changes: Json): Json => ({ ...(vector as Json), ...changes });
const nested = (vector: Vector, name: string, changes: Json): Json =>
  set(vector, { [name]: { ...(field(vector, name) as Json), ...changes } });
const not = (value: unknown): boolean => value !== true;
/** Far enough to be seen, near enough to be missed by a loose comparison. */
const nudged = (value: unknown): number => (typeof value === 'number' ? value + 1e-6 * Math.max(1, Math.abs(value)) : 0.5);

function tamperClassifier(vector: Vector): Vector {
  const expect = field(vector, 'expect') as Json;
  if (typeof expect['classification'] === 'string') {
    const classes = ['High', 'Low', 'Pass', 'Nodata'];
    const next = classes[(classes.indexOf(expect['classification']) + 1) % classes.length];
    return nested(vector, 'expect', { classification: next });
  }
  return nested(vector, 'expect', { reasonNonEmpty: not(expect['reasonNonEmpty']) });
}

function tamperInterval(vector: Vector, method: string): Vector {
  const [name] = Object.keys(vector).filter((key) => key.startsWith(method));
  const [low, high] = field(vector, name ?? '') as [number, number];
  return set(vector, { [name ?? '']: [low, high + 1e-6] });
}

const last = (row: Vector, change: (value: unknown) => unknown): Vector => {
  const values = row as readonly unknown[];
  return [...values.slice(0, -1), change(values.at(-1))];
};

/** One assertion of a vector by a distance; where it has fewer, it is counted on from the first. */
function moved(index: number, by: number): Tamper {
  return (vector) => {
    const asserts = field(vector, 'asserts') as readonly string[];
    const at = index % asserts.length;
    return set(vector, {
      asserts: asserts.map((text, i) => (i === at ? text.replace(/^[^,]+/, (number) => String(Number(number) + by)) : text)),
    });
  };
}

/** Both ends of an interval outwards by the same. */
function widened(vector: Vector, by: number): Vector {
  const [low, high] = [field(vector, 'lower'), field(vector, 'upper')];
  return typeof low === 'number' && typeof high === 'number'
    ? set(vector, { lower: low - by, upper: high + by })
    : set(vector, { alert: not(field(vector, 'alert')) });
}

/** By the group's name in the run. */
export const TAMPERINGS: Readonly<Record<string, Tamper>> = {
  classifier: tamperClassifier,
  mannWhitney: moved(0, 0.01),
  kayentaScorer: (vector) => set(vector, { score: Math.abs((field(vector, 'score') as number) - 3) }),
  argoMetricStatus: (row) => last(row, (phase) => (phase === 'Running' ? 'Pending' : 'Running')),
  'keptnCriteria.parse': (row) => last(row, not),
  'keptnCriteria.percentile': (row) => last(row, nudged),
  'keptnCriteria.comparison': (vector) => set(vector, { ok: not(field(vector, 'ok')) }),
  k6Thresholds: (vector) => {
    const name = field(vector, 'ok') === undefined ? 'abort' : 'ok';
    return set(vector, { [name]: not(field(vector, name)) });
  },
  bencherBoundaries: (vector) => {
    const upper = field(vector, 'upper');
    return typeof upper === 'number' ? set(vector, { upper: upper + 0.05 }) : set(vector, { alert: not(field(vector, 'alert')) });
  },
  taurusWindows: (vector) => set(vector, { result: /never/.test(String(field(vector, 'result'))) ? 'trigger' : 'never' }),
  azureLoadTesting: (vector) => {
    const step = field(vector, 'step');
    return step === undefined ? set(vector, { effective: '> 9' }) : set(vector, { step: step === 'fail' ? 'success' : 'fail' });
  },
  'trend.mannKendall': (row) => nested(row, 'mannKendall', { z: nudged(field(field(row, 'mannKendall') as Json, 'z')) }),
  'trend.hamedRao': (row) => nested(row, 'mannKendallHamedRao', { varS: nudged(field(field(row, 'mannKendallHamedRao') as Json, 'varS')) }),
  'trend.theilSen': (row) => nested(row, 'theilSen', { low99: nudged(field(field(row, 'theilSen') as Json, 'low99')) }),
  'trend.kendallTau': (row) => set(row, { kendallTauB: nudged(field(row, 'kendallTauB')) }),
  'twoSample.mannWhitney': (row) =>
    nested(row, 'mannWhitney', { pAsymptotic_less: nudged(field(field(row, 'mannWhitney') as Json, 'pAsymptotic_less')) }),
  'twoSample.mannWhitneyExact': (row) =>
    nested(row, 'mannWhitney', { pExact_greater: nudged(field(field(row, 'mannWhitney') as Json, 'pExact_greater')) }),
  'twoSample.hodgesLehmann': (row) => set(row, { hodgesLehmannShift: nudged(field(row, 'hodgesLehmannShift')) }),
  'twoSample.cliffsDelta': (row) => set(row, { cliffsDelta: nudged(field(row, 'cliffsDelta')) }),
  'proportion.clopperPearson': (row) => tamperInterval(row, 'clopperPearson'),
  'proportion.wilson': (row) => tamperInterval(row, 'wilson'),
};

/** Changes that leave a vector consistent in itself, or that its source's own tolerance would hide: of groups that compare several numbers. */
export const SUBTLE: Readonly<Record<string, readonly Tamper[]>> = {
  mannWhitney: [0, 1, 2].flatMap((index) => [moved(index, 1e-6), moved(index, -1e-6)]),
  bencherBoundaries: [(vector) => widened(vector, 0.05), (vector) => widened(vector, -0.05)],
};
