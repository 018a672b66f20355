import type { ProfileName, StageName, TargetName, Verdict } from '../gates/vocabulary';
import { type CommentOptions, commentMarker } from './comment';
import { code, markdown, shortCommit } from './escape';
import { table } from './markdown/markup';
import { formatInstant } from './times';
import { VERDICT_MARKS } from './words';

/** A run that has no report yet. */
export interface PendingRun {
  readonly state: 'queued' | 'deploying' | 'testing';
  readonly commit: string;
  readonly entry: string;
  readonly target: TargetName;
  readonly profile: ProfileName;
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
export function renderPendingComment(run: PendingRun, options: CommentOptions = {}): string {
  const { icon, title } = TITLES[run.state];
  const rows = run.stages.map(({ name, state }) => [name, `${STAGE_MARKS[state].icon} ${STAGE_MARKS[state].word}`]);
  return `${[
    `${commentMarker(options)}\n### ${icon} ${title} · ${code(shortCommit(run.commit))}`,
    `${markdown(run.detail)} No verdict yet.`,
    ...(rows.length === 0 ? [] : [table(['Stage', 'State'], rows)]),
    `<sub>${run.target} · profile ${run.profile} · release ${code(run.entry, 200)} · since ${formatInstant(run.since)}</sub>`,
  ].join('\n\n')}\n`;
}
