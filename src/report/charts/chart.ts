import type { Window } from '../../gates/evidence-schema';
import type { Timeline } from '../timelines';

/** How a line is drawn; each role differs in colour and in pattern, because colour alone tells some people nothing. */
export type LineRole = 'main' | 'second' | 'third' | 'bad';

export interface ChartLine {
  readonly label: string;
  readonly role: LineRole;
  readonly timeline: Timeline;
}

/** A horizontal line over the whole chart or a part of it. */
export interface ChartLevel {
  readonly label: string;
  readonly kind: 'limit' | 'floor';
  readonly value: number;
  readonly window: Window;
}

/** One chart as data: what is drawn, and the words for whoever cannot see it. */
export interface Chart {
  /** Unique within a report; lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly unit: 'count' | 'ratio' | 'per second' | 'ms';
  readonly lines: readonly ChartLine[];
  readonly levels: readonly ChartLevel[];
  readonly drawn: Window;
  readonly load: Window;
  readonly judged: Window;
  /** One sentence on how to read it, e.g. which gate judges it with what limit. */
  readonly note: string;
}
