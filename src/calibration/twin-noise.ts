/**
 * Noise of healthy runs on the twin: per period of 5 s of the judged soak, the connections of the release over both cache
 * nodes and the execution environments that CloudWatch shows (running maximum of ConcurrentExecutions). Recorded on a machine
 * of two cores from runs that were promoted; the second one shows what a busy machine adds: environments that were counted
 * before they had opened their connections.
 */
export const TWIN_RUNS: readonly { readonly connections: readonly number[]; readonly environments: readonly number[] }[] = [
  { connections: [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6], environments: [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3] },
  { connections: [12, 12, 12, 12, 12, 12, 12, 12, 16, 16, 16, 16], environments: [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8] },
  { connections: [6, 6, 6, 6, 10, 10], environments: [3, 3, 3, 5, 5, 5] },
  { connections: [6, 6, 10, 10, 10, 10], environments: [4, 6, 6, 6, 6, 6] },
  { connections: [8, 8, 8, 8, 8, 8], environments: [4, 4, 4, 4, 4, 4] },
  { connections: [8, 8, 8, 8, 8, 8], environments: [4, 4, 4, 4, 4, 4] },
];
