import { formatNumber, formatPercent } from '../gates/format';
import type { NoiseModel } from './noise-model';
import { normal } from './random';

/** Share of a deviation that is still there a period later. */
const PHI = 0.7;

interface Noise {
  readonly name: string;
  /** Connections of one environment. */
  readonly base: number;
  /** Standard deviation over base. */
  readonly cv: number;
  readonly whole: boolean;
}

/** First-order autoregression around a constant level, one environment, stationary from the first period. */
export function autoregressive({ name, base, cv, whole }: Noise): NoiseModel {
  return {
    name,
    what: `AR(1), phi ${PHI}, cv ${formatPercent(cv)}, base ${formatNumber(base)}${whole ? ', rounded to whole connections' : ''}`,
    perEnvironment: base,
    whole,
    course: (random, points, level = 1) => {
      const sd = cv * base * level;
      let deviation = normal(random) * sd;
      const connections = Array.from({ length: points }, () => {
        const count = Math.max(0, base * level + deviation);
        deviation = PHI * deviation + normal(random) * sd * Math.sqrt(1 - PHI ** 2);
        return whole ? Math.round(count) : count;
      });
      return { connections, concurrency: connections.map(() => 1) };
    },
  };
}
