import type { Window } from '../gates/evidence-schema';

/** An instant in UTC without fractions: `2026-01-31T10:04:00Z`. */
export function formatInstant(instant: string | number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** An instant as people write it, to the minute: `2026-01-31 10:04 UTC`. */
export function formatMinute(instant: string | number): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Time of day in UTC: `10:04:05`. */
export function formatClock(instant: string | number): string {
  return new Date(instant).toISOString().slice(11, 19);
}

/** A span in the words of a person: `45 s`, `2 min 5 s`, `1 h 30 min`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const parts =
    seconds < 3600
      ? [`${Math.floor(seconds / 60)} min`, seconds % 60 === 0 ? '' : `${seconds % 60} s`]
      : [`${Math.floor(seconds / 3600)} h`, Math.floor((seconds % 3600) / 60) === 0 ? '' : `${Math.floor((seconds % 3600) / 60)} min`];
  return parts.filter((part) => part !== '').join(' ');
}

export function spanOf(window: Window): number {
  return Date.parse(window.end) - Date.parse(window.start);
}

/** A window as start, end and length; the date is written once when both ends share it. */
export function formatWindow(window: Window): string {
  const [start, end] = [formatInstant(window.start), formatInstant(window.end)];
  const shown = start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end;
  return `${start} to ${shown} (${formatSpan(spanOf(window))})`;
}
