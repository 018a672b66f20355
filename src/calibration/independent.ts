import { formatNumber } from '../gates/format';
import type { NoiseModel } from './noise-model';
import { poisson } from './random';

/** Each period a number of its own (Poisson), whatever the one before was: connections that come and go with single requests. */
export function independent(base: number): NoiseModel {
  return {
    name: `poisson-${formatNumber(base)}`,
    what: `independent from period to period (Poisson), base ${formatNumber(base)}`,
    perEnvironment: base,
    whole: true,
    course: (random, points, level = 1) => {
      const connections = Array.from({ length: points }, () => poisson(random, base * level));
      return { connections, concurrency: connections.map(() => 1) };
    },
  };
}
