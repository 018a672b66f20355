import type { NoiseModel } from './noise-model';
import { poisson, type Random } from './random';

/** Requests per second, and connections that each environment opens. */
const RATE = 60;
const PER_ENVIRONMENT = 2;
/** Stalls per minute in which nothing is answered, and how long they last, seconds. */
const STALLS = 1;
const SHORTEST = 0.04;
const LONGEST = 0.15;
/** Seconds from an environment's first request to its connections: those of a late start are counted a period later. */
const START = 0.3;
const PERIOD = 60;
/** Minutes of load before the first judged period: environments that the ramp needed are warm already. */
const BEFORE = 2;
/** Share of periods whose highest concurrency CloudWatch shows one too low: its maximum is of samples. */
const UNDERCOUNTED = 0.1;
/** Share of environments that the platform ends in a period: each lives two hours. */
const ENDED = 1 / 120;

/**
 * Environments are a running maximum: the most recently used one is chosen, none is reaped within a soak, and a stall makes every
 * request that arrives during it need one of its own. Their connections ratchet up with them in a healthy release. What is seen of
 * them is not the same: the concurrency may be undercounted, and an environment that the platform ends takes its connections along
 * and is counted on, until a stall needs another one.
 */
export const warmRatchet: NoiseModel = {
  name: 'warm-ratchet',
  what: `environments that grow in number: ${RATE} requests/s, ${PER_ENVIRONMENT} connections each, stalls of 40 to 150 ms`,
  perEnvironment: PER_ENVIRONMENT,
  whole: true,
  course: (random, points) => {
    const connections: number[] = [];
    const concurrency: number[] = [];
    let environments = 1;
    let counted = 1;
    for (let period = -BEFORE; period < points; period += 1) {
      const highest = 1 + mostAtOnce(random);
      const ended = endedOf(random, environments);
      const started = Math.max(0, highest - (environments - ended));
      const late = started > 0 && random() < START / PERIOD;
      // The maximum of a period holds those that ended in it and those that took their place.
      const connected = environments + (late ? 0 : started);
      environments += started - ended;
      const seen = highest > 1 && random() < UNDERCOUNTED ? highest - 1 : highest;
      counted = Math.max(counted, seen);
      if (period < 0) continue;
      connections.push(connected * PER_ENVIRONMENT);
      // What came before the judged window is part of the running maximum.
      concurrency.push(period === 0 ? counted : seen);
    }
    return { connections, concurrency };
  },
};

function endedOf(random: Random, environments: number): number {
  return Array.from({ length: environments }, () => random()).filter((drawn) => drawn < ENDED).length;
}

/** Requests that wait at once in the worst stall of one period. */
function mostAtOnce(random: Random): number {
  const stalls = Array.from({ length: poisson(random, STALLS) }, () =>
    poisson(random, RATE * (SHORTEST + random() * (LONGEST - SHORTEST))),
  );
  return Math.max(0, ...stalls);
}
