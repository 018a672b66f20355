/** No valid answer: a 5XX or none at all (0), time-outs included. */
export function isFailed(status: number): boolean {
  return status === 0 || status >= 500;
}
