import { gatherDeliveryFacts, type KnownAuthors } from '../../src/github/delivery-facts-of';
import type { GithubStateInput } from '../support/github/start-github';
import { githubOfTest, sha } from './repository';

const start = githubOfTest();
const state = {
  commits: [
    { sha: sha(1), author: 'octo-manager' },
    { sha: sha(2), parents: [sha(1)] },
    { sha: sha(3), parents: [sha(1)] },
  ],
  branches: { main: sha(2), hotfix: sha(3) },
  environments: [{ name: 'production-approval', reviewers: ['octo-reviewer'], preventSelfReview: true, adminsMayBypass: false }],
  runs: [
    {
      id: 77,
      headSha: sha(2),
      attempts: [{ jobs: [{ name: 'approve' }] }],
      reviews: [{ state: 'approved' as const, author: 'octo-reviewer', comment: 'ok' }],
    },
  ],
} satisfies GithubStateInput;
const run = { runId: 77, runAttempt: 1, event: { defaultBranch: 'main', pullRequest: null, inputs: { digest: 'abc' } } };
const question = { productionCommit: sha(1), commit: sha(2), environment: 'production-approval', branch: null };

test('everything that the guard believes, at once', async () => {
  const { github } = await start(state);
  expect(await gatherDeliveryFacts(github, run, question)).toEqual({
    run: expect.objectContaining({ id: 77, attempt: 1, event: 'push', actor: 'octo-author', headSha: sha(2) }),
    inputs: { digest: 'abc' },
    defaultBranch: 'main',
    commit: sha(2),
    onDefaultBranch: true,
    onNamedBranch: null,
    lineage: 'descends',
    authors: [{ commit: sha(2), as: 'author', login: 'octo-author' }],
    authorsComplete: true,
    approval: {
      environment: { name: 'production-approval', exists: true, reviewers: 1, preventSelfReview: true, adminsMayBypass: false },
      reviews: [{ who: 'octo-reviewer', state: 'approved', comment: 'ok' }],
      jobOfThisAttempt: true,
    },
  });
});

test('of a first promotion: no lineage, and the authors of its own commit', async () => {
  const { github } = await start(state);
  expect(await gatherDeliveryFacts(github, run, { ...question, productionCommit: null })).toMatchObject({
    lineage: 'first',
    authors: [{ commit: sha(2), as: 'author', login: 'octo-author' }],
  });
});

test('of a commit on another branch', async () => {
  const { github } = await start(state);
  expect(await gatherDeliveryFacts(github, run, { ...question, commit: sha(3) })).toMatchObject({
    onDefaultBranch: false,
    lineage: 'descends',
  });
});

test.each([
  ['hotfix', true],
  ['main', false],
  ['gone', false],
])('whether the named branch %s holds it: %s', async (branch, holds) => {
  const { github } = await start(state);
  expect(await gatherDeliveryFacts(github, run, { ...question, commit: sha(3), branch })).toMatchObject({ onNamedBranch: holds });
});

test('who wrote what is asked once, all the rest anew', async () => {
  const { server, github } = await start(state);
  const known: KnownAuthors = new Map();
  const first = await gatherDeliveryFacts(github, run, question, known);
  const before = server.requests().map(({ operationId }) => operationId);
  expect(await gatherDeliveryFacts(github, run, question, known)).toEqual(first);
  const again = server
    .requests()
    .map(({ operationId }) => operationId)
    .slice(before.length);
  const authors = 'repos/list-pull-requests-associated-with-commit';
  expect([before.includes(authors), again.includes(authors)]).toEqual([true, false]);
  for (const each of [
    'actions/get-workflow-run-attempt',
    'actions/get-reviews-for-run',
    'repos/get-environment',
    'repos/compare-commits-with-basehead',
  ])
    expect(again).toContain(each);
});

test.each([
  ['a commit that GitHub does not know any more', sha(9)],
  ['a tree with changes', `${sha(1)}+dirty`],
])('of a production that runs %s: nobody can tell how they stand', async (_, productionCommit) => {
  const { github } = await start(state);
  expect(await gatherDeliveryFacts(github, run, { ...question, productionCommit })).toMatchObject({
    lineage: 'unknown',
    authorsComplete: false,
  });
});

test('are asked anew each time: what was withdrawn meanwhile is seen', async () => {
  const { server, github } = await start(state);
  await gatherDeliveryFacts(github, run, question);
  server.state.environments = [];
  const [newer] = server.state.commits;
  if (newer === undefined) throw new Error('no commits');
  server.state.runs[0]?.reviews.splice(0);
  server.state.commits.push({ ...newer, sha: sha(4), parents: [sha(2)] });
  expect(await gatherDeliveryFacts(github, run, { ...question, productionCommit: sha(4) })).toMatchObject({
    lineage: 'ancestor',
    approval: { reviews: [], environment: { exists: false } },
  });
});

test.each([
  'repos/get',
  'repos/get-branch',
  'repos/compare-commits-with-basehead',
  'repos/list-pull-requests-associated-with-commit',
  'actions/get-workflow-run-attempt',
  'actions/get-reviews-for-run',
  'actions/list-jobs-for-workflow-run-attempt',
  'repos/get-environment',
])('no facts without an answer to %s', async (operationId) => {
  const { server, github } = await start(state);
  server.fail({ operationId, status: 500, times: 99 });
  await expect(gatherDeliveryFacts(github, run, question)).rejects.toMatchObject({ name: 'GithubError', problem: 'unavailable' });
});

test.each([
  ['a commit that GitHub does not know', { ...question, commit: sha(9) }],
  ['two commits that it does not know', { ...question, productionCommit: sha(8), commit: sha(9) }],
  ['a dirty tree', { ...question, commit: `${sha(2)}+dirty` }],
])('no facts about %s', async (_, asked) => {
  const { github } = await start(state);
  await expect(gatherDeliveryFacts(github, run, asked)).rejects.toMatchObject({ name: 'GithubError' });
});
