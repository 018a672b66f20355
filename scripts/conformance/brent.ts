/** Where a function is searched for its root: the ends differ in sign. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
  /** How near the answer lies to the root. */
  readonly tolerance: number;
}

/** The best estimate, the one before it, and the other side of the root, each with its value. */
interface State {
  readonly b: number;
  readonly fb: number;
  readonly a: number;
  readonly fa: number;
  readonly c: number;
  readonly fc: number;
  /** The last step and the one before. */
  readonly d: number;
  readonly e: number;
}

const MOST_STEPS = 1000;

/**
 * A root by Brent's method (Brent 1973; what R's `uniroot` and Kayenta's solver do): its answers are reproducible to the last digit, and no
 * more exact than the tolerance.
 */
export function brentRoot(f: (x: number) => number, { low, high, tolerance }: Bracket): number {
  const [fLow, fHigh] = [f(low), f(high)];
  let state: State = { a: low, fa: fLow, b: high, fb: fHigh, c: low, fc: fLow, d: high - low, e: high - low };
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (Math.abs(state.fc) < Math.abs(state.fb))
      state = { ...state, a: state.b, fa: state.fb, b: state.c, fb: state.fc, c: state.b, fc: state.fb };
    const reach = 2 * Number.EPSILON * Math.abs(state.b) + tolerance / 2;
    const middle = (state.c - state.b) / 2;
    if (Math.abs(middle) <= reach || state.fb === 0) return state.b;
    const { d, e } = stepOf(state, middle, reach);
    const b = state.b + (Math.abs(d) > reach ? d : Math.sign(middle) * reach);
    const next = { ...state, a: state.b, fa: state.fb, b, fb: f(b), d, e };
    const across = Math.sign(next.fb) === Math.sign(next.fc);
    state = across ? { ...next, c: next.a, fc: next.fa, d: b - next.a, e: b - next.a } : next;
  }
  return state.b;
}

/** Inverse quadratic interpolation, or the secant, where it is trusted; the middle elsewhere. */
function stepOf({ a, fa, b, fb, c, fc, d, e }: State, middle: number, reach: number): { readonly d: number; readonly e: number } {
  const halved = { d: middle, e: middle };
  if (Math.abs(e) < reach || Math.abs(fa) <= Math.abs(fb)) return halved;
  const s = fb / fa;
  const [q, r] = [fa / fc, fb / fc];
  const numerator = a === c ? 2 * middle * s : s * (2 * middle * q * (q - r) - (b - a) * (r - 1));
  const denominator = a === c ? 1 - s : (q - 1) * (r - 1) * (s - 1);
  const [p, under] = [Math.abs(numerator), numerator > 0 ? -denominator : denominator];
  const trusted = p < 1.5 * middle * under - Math.abs(reach * under) && p < Math.abs(0.5 * e * under);
  return trusted ? { d: p / under, e: d } : halved;
}
