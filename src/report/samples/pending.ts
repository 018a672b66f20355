import type { PendingRun } from '../pending';
import { COMMIT } from './identities';

const base = { commit: COMMIT, target: 'aws', profile: 'standard', since: '2026-01-31T10:00:00Z' } as const;
const waiting = [
  { name: 'smoke', state: 'waiting' },
  { name: 'soak', state: 'waiting' },
  { name: 'spike', state: 'waiting' },
] as const;

/** The states of a run that has no report yet. */
export const PENDING_RUNS = {
  queued: { ...base, state: 'queued', detail: 'Staging is in use by another candidate; this one is next.', stages: waiting },
  deploying: { ...base, state: 'deploying', detail: 'The release is being deployed to staging.', stages: waiting },
  testing: {
    ...base,
    state: 'testing',
    detail: 'soak on staging: 60/s for 15 min.',
    stages: [
      { name: 'smoke', state: 'passed' },
      { name: 'soak', state: 'running' },
      { name: 'spike', state: 'waiting' },
    ],
  },
} as const satisfies Record<string, PendingRun>;
