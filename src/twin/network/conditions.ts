/** Which of the cache's two addresses a connection was made to. */
export type Endpoint = 'primary' | 'reader';

/** What is wrong with a tier's network right now; every relay reads it at the moment it moves data. */
export interface NetworkConditions {
  /** Nothing passes and nothing is told: sockets stay open and silent. */
  readonly blackHole: boolean;
  /** Milliseconds by which every answer of the cache is late. */
  readonly delayMs: number;
}

export const HEALTHY: NetworkConditions = { blackHole: false, delayMs: 0 };

/** How long the cache goes on seeing the connections of a dead environment, and how a death is told from a close. */
export interface Afterlife {
  /** Milliseconds that the cache's side stays open after its environment died. */
  readonly holdMs: number;
  /** Milliseconds to wait for news of a death where the kernel cannot be asked. */
  readonly graceMs: number;
}

export const DEFAULT_AFTERLIFE: Afterlife = { holdMs: 5_000, graceMs: 60 };
