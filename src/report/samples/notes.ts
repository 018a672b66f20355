import type { DeliveryNotes } from '../delivery';

const BASE = 'https://github.example/example-org/example-check-in';
const run = { label: 'this run', url: `${BASE}/actions/runs/4711/attempts/1` };

/** What GitHub would know beside the sample reports. Nothing here exists. */
export const RUN: DeliveryNotes = { links: [run] };

const reports = [run, { label: 'report.html', url: `${BASE}/actions/runs/4711/artifacts/99` }];
const approved = [{ who: 'octo-manager', state: 'approved', comment: 'Read the soak, looks flat.' }] as const;

export const PREVIEW: DeliveryNotes = { ...RUN, origin: 'pull-request' };
export const FORK: DeliveryNotes = { ...PREVIEW, remark: 'This run may not write a comment, so its report stands here only.' };
export const APPROVED: DeliveryNotes = { links: reports, reviews: approved };
export const REJECTED: DeliveryNotes = {
  links: reports,
  reviews: [{ who: 'octo-manager', state: 'rejected', comment: 'Wait until the event has ended.' }],
};

export const BY_ENVIRONMENT: DeliveryNotes = {
  links: reports,
  approval: { mode: 'environment', environment: 'production-approval' },
};
export const BY_DISPATCH: DeliveryNotes = {
  links: reports,
  approval: { mode: 'dispatch', approvers: ['octo-manager', 'octo-reviewer'] },
};

export const BATCH: DeliveryNotes = {
  ...APPROVED,
  included: [
    { number: 41, title: 'Read the leaderboard through the reader endpoint', author: 'octo-author' },
    { number: 42, title: 'Bound the page size of check-ins | 50', author: 'octo-reviewer' },
    { number: 43, title: 'Share one client per environment', author: 'octo-author' },
  ],
};

export const HOTFIX: DeliveryNotes = {
  ...APPROVED,
  hotfix: { who: 'octo-manager', branch: 'hotfix/leaderboard-timeout', reason: 'Check-ins time out since 01:40.', qualified: false },
};
