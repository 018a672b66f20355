import type { ProfileName, StageName, TargetName, Verdict } from '../gates/vocabulary';
import type { DeliveryNotes } from './delivery';
import { code, markdown, shortCommit } from './escape';
import { linksSection } from './markdown/delivery';
import { table } from './markdown/markup';
import { type CommentName, commentMarker, stateLine } from './marker';
import { formatInstant } from './times';
import { VERDICT_MARKS } from './words';

/** A run that has no report yet. */
export interface PendingRun {
  readonly state: 'queued' | 'deploying' | 'testing';
  readonly commit: string;
  /** Null where it is not known yet. */
  readonly target: TargetName | null;
  readonly profile: ProfileName | null;
  /** When this state began, ISO UTC. */
  readonly since: string;
  /** One sentence on what is going on. */
  readonly detail: string;
  readonly stages: readonly { readonly name: StageName; readonly state: 'waiting' | 'running' | Verdict }[];
}

const TITLES = {
  queued: { icon: '🕓', title: 'Queued: waiting for staging' },
  deploying: { icon: '📦', title: 'Deploying to staging' },
  testing: { icon: '🌊', title: 'Testing under load' },
} as const;

const STAGE_MARKS = { waiting: { icon: '▫️', word: 'waiting' }, running: { icon: '⏳', word: 'running' }, ...VERDICT_MARKS } as const;

/** The comment before there is anything to judge; the same marker, so that the report takes its place. */
export function renderPendingComment(run: PendingRun, options: CommentName & Pick<DeliveryNotes, 'links'> = {}): string {
  const { icon, title } = TITLES[run.state];
  const rows = run.stages.map(({ name, state }) => [name, `${STAGE_MARKS[state].icon} ${STAGE_MARKS[state].word}`]);
  const links = linksSection(options);
  const about = [...(run.target === null ? [] : [run.target]), ...(run.profile === null ? [] : [`profile ${run.profile}`])];
  return `${[
    `${commentMarker(options)}\n${stateLine(run)}\n### ${icon} ${title} · ${code(shortCommit(run.commit))}`,
    `${markdown(run.detail)} No verdict yet.`,
    ...(rows.length === 0 ? [] : [table(['Stage', 'State'], rows)]),
    ...(links === '' ? [] : [links]),
    `<sub>${[...about, `since ${formatInstant(run.since)}`].join(' · ')}</sub>`,
  ].join('\n\n')}\n`;
}
