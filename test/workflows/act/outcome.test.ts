import { outcomeOf, type Seen } from '../../../scripts/workflows/outcome';
import type { Scenario } from '../../../scripts/workflows/scenario';
import { SCENARIOS } from '../../../scripts/workflows/scenarios';

const SCENARIO: Scenario = {
  name: 'refused',
  what: 'for this test',
  workflow: 'delivery.yml',
  event: 'push',
  actor: 'octo-author',
  payload: () => ({}),
  candidate: {},
  github: () => ({}),
  variables: {},
  expected: {
    jobs: { build: 'success', approve: 'skipped', delivered: 'failure' },
    summary: [/approval-missing/],
    comment: [/Not promoted/],
    ledger: { has: ['gate-report'], lacks: ['promotion'] },
  },
};

const comment = (body: string) => ({ body, author: 'github-actions[bot]' });

const SEEN: Seen = {
  run: { code: 1, timedOut: false },
  log: { jobs: { build: 'success', delivered: 'failure' }, summaries: ['Refused (approval-missing)'], annotations: [], output: '' },
  github: { requests: [], problems: [], comments: { '41': [comment('Not promoted')] } },
  ledger: ['evidence', 'gate-report'],
  seconds: 20,
};

it('nothing is wrong when all is as expected', () => {
  expect(outcomeOf(SCENARIO, SEEN).wrong).toEqual([]);
  expect(outcomeOf(SCENARIO, SEEN).jobs).toEqual({ build: 'success', approve: 'skipped', delivered: 'failure' });
});

it.each<[string, Seen, string]>([
  ['a run that did not end', { ...SEEN, run: { code: 1, timedOut: true } }, 'it did not end in time'],
  ['a green run that had to be red', { ...SEEN, run: { code: 0, timedOut: false } }, 'act ended with 0'],
  [
    'a job that ran and must not',
    { ...SEEN, log: { ...SEEN.log, jobs: { ...SEEN.log.jobs, approve: 'success' } } },
    'approve must end as skipped and was success',
  ],
  [
    'a job that must run and did not',
    { ...SEEN, log: { ...SEEN.log, jobs: { delivered: 'failure' } } },
    'build must end as success and was skipped',
  ],
  ['a summary without the reason', { ...SEEN, log: { ...SEEN.log, summaries: [] } }, 'the summary lacks /approval-missing/'],
  ['no comment', { ...SEEN, github: { ...SEEN.github, comments: {} } }, 'no comment was posted'],
  [
    'two comments',
    { ...SEEN, github: { ...SEEN.github, comments: { '41': [comment('Not promoted'), comment('again')] } } },
    '2 comments were posted',
  ],
  [
    'a comment that says another thing',
    { ...SEEN, github: { ...SEEN.github, comments: { '41': [comment('Promoted')] } } },
    'the comment lacks /Not promoted/',
  ],
  ['a promotion', { ...SEEN, ledger: ['gate-report', 'promotion'] }, 'the ledger holds a promotion'],
  ['no record', { ...SEEN, ledger: [] }, 'the ledger holds no gate-report'],
  ['a request that GitHub would refuse', { ...SEEN, github: { ...SEEN.github, problems: ['GET /x: unknown'] } }, 'GitHub: GET /x: unknown'],
])('%s is told', (_, seen, sentence) => {
  expect(outcomeOf(SCENARIO, seen).wrong).toContain(sentence);
});

it('where no comment may be, one that was only tried is told too', () => {
  const requests = [{ method: 'POST', path: '/repos/example-org/example-check-in/issues/41/comments', status: 403 }];
  const silent = { ...SCENARIO, expected: { ...SCENARIO.expected, comment: null } };
  expect(outcomeOf(silent, { ...SEEN, github: { requests, problems: [], comments: {} } }).wrong).toHaveLength(1);
  expect(outcomeOf(silent, { ...SEEN, github: { requests: [], problems: [], comments: {} } }).wrong).toEqual([]);
});

describe('what the comment said on the way', () => {
  const post = (body: unknown, method = 'PATCH') => ({
    method,
    path: '/repos/example-org/example-check-in/issues/comments/1',
    status: 200,
    body,
  });
  const requests = [post({ body: 'Queued' }, 'POST'), post(undefined, 'GET'), post({ body: 'Testing' }), post({ body: 'Not promoted' })];
  const wrongOf = (...said: readonly RegExp[]) =>
    outcomeOf({ ...SCENARIO, expected: { ...SCENARIO.expected, said } }, { ...SEEN, github: { ...SEEN.github, requests } }).wrong;

  it('is nothing when each state was posted in its turn', () => expect(wrongOf(/Queued/, /Testing/, /Not promoted/)).toEqual([]));
  it('is told when one was lost', () =>
    expect(wrongOf(/Queued/, /Deploying/, /Testing/)).toEqual(['no comment said /Deploying/ in its turn']));
  it('is told when one came too late', () => expect(wrongOf(/Testing/, /Queued/)).toEqual(['no comment said /Queued/ in its turn']));
});

it('no scenario is red without saying by which job', () => {
  for (const { name, expected } of SCENARIOS) expect({ name, jobs: Object.keys(expected.jobs).length }).not.toEqual({ name, jobs: 0 });
});
