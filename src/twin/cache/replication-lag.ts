/** How many of the primary's offsets are remembered; beyond them a lag is only known to be at least that old. */
const REMEMBERED = 600;

/** Tells how far behind, in time, a replica is: the age of the oldest write that it has not applied. */
export interface LagMeter {
  /** @param at Epoch milliseconds at which the primary stood at this offset. */
  primaryAt(offset: number, at: number): void;
  /** @returns Seconds since the primary passed the replica's offset; 0 when it has not. */
  lagOf(replicaOffset: number, at: number): number;
}

export function createLagMeter(): LagMeter {
  let history: readonly { readonly offset: number; readonly at: number }[] = [];
  return {
    primaryAt(offset, at) {
      const last = history.at(-1);
      if (last?.offset === offset) return;
      // Offsets only grow; a smaller one is another primary's.
      const kept = last !== undefined && last.offset > offset ? [] : history;
      history = [...kept, { offset, at }].slice(-REMEMBERED);
    },
    lagOf(replicaOffset, at) {
      const passed = history.find(({ offset }) => offset > replicaOffset);
      return passed === undefined ? 0 : Math.max(0, at - passed.at) / 1000;
    },
  };
}
