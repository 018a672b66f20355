/** A source of numbers in [0, 1): the same seed and label give the same numbers on every machine. */
export type Random = () => number;

/**
 * sfc32 (Doty-Humphrey, PractRand): 128 bits of state, seeded by a hash of all of the seed and the label, so that two cells are two
 * sequences and not two places in one.
 * @param label names the cell, so that each draws numbers of its own whatever else is computed beside it
 */
export function randomFrom(seed: number, label: string): Random {
  let [a, b, c, d] = hashed(`${seed} ${label}`);
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < MIXING; i += 1) next();
  return next;
}

/** Numbers thrown away until a state of similar hashes has come apart. */
const MIXING = 16;

/** Four FNV-1a hashes of 32 bits, each from another start. */
function hashed(text: string): [number, number, number, number] {
  const from = (start: number) => {
    let hash = start;
    for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ start;
  };
  return [from(0x811c9dc5), from(0x9e3779b9), from(0x85ebca6b), from(0xc2b2ae35)];
}

/** Standard normal (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Number of rare events where `mean` are expected; `mean` below some hundred. */
export function poisson(random: Random, mean: number): number {
  const least = Math.exp(-mean);
  let events = 0;
  for (let product = random(); product > least; product *= random()) events += 1;
  return events;
}

/** A whole number from 0 to below `bound`. */
export function below(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}
