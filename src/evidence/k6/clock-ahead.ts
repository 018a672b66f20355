const WITHIN_MS = 5000;

/**
 * How far this machine's clock is ahead of the one that answers, milliseconds: to about half a second, because `Date` has
 * whole seconds. One request without data, before the load.
 * @returns null when nothing answered with a date; that is no reason not to begin
 */
export async function clockAheadMs(url: string, now: () => number = Date.now): Promise<number | null> {
  const before = now();
  const date = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) })
    .then(({ headers }) => headers.get('date'))
    .catch(() => null);
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? null : Math.round((before + now()) / 2 - (theirs + 500));
}
