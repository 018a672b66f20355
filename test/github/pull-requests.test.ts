import {
  commitsOfPullRequest,
  MOST_COMMITS,
  pullRequestNumbered,
  pullRequestsBetween,
  pullRequestsOfCommit,
} from '../../src/github/pull-requests';
import { connect, githubOfTest, REPOSITORY, sha } from './repository';

const start = githubOfTest();
const FORK = 'octo-author/example-check-in';
/** 2, 3 and 4 on main came by pull requests; 5 is on a branch. */
const commits = [1, 2, 3, 4].map((n) => ({ sha: sha(n), parents: n === 1 ? [] : [sha(n - 1)] }));
const all = [...commits, { sha: sha(5), parents: [sha(4)] }, { sha: sha(20), parents: [sha(1)] }, { sha: sha(21), parents: [sha(20)] }];
const merged = { state: 'closed' as const };
const pulls = [
  { ...merged, number: 41, title: 'One', headSha: sha(20), mergedAs: sha(2), labels: ['bug', 'redis'] },
  { ...merged, number: 42, headSha: sha(21), commits: [sha(20), sha(21)], mergedAs: sha(3), headRepository: FORK },
  { ...merged, number: 43, headSha: sha(21), commits: [sha(3), sha(4)], mergedAs: sha(4), headRepository: null },
  { number: 44, headSha: sha(5) },
  { ...merged, number: 45, headSha: sha(5) },
];
const state = { commits: all, branches: { main: sha(4), change: sha(5) }, pulls };
const numbers = (found: readonly { readonly number: number }[]): readonly number[] => found.map(({ number }) => number);

test('of a commit on the default branch: the one whose merge made it', async () => {
  const { github } = await start(state);
  expect(await pullRequestsOfCommit(github, sha(2))).toEqual([
    {
      number: 41,
      title: 'One',
      author: 'octo-author',
      labels: ['bug', 'redis'],
      state: 'merged',
      url: `https://github.com/${REPOSITORY}/pull/41`,
      headSha: sha(20),
      headRepository: REPOSITORY,
      fromFork: false,
      mergeCommit: sha(2),
    },
  ]);
});

test('of a commit on a branch: the open one, and not one that was closed without a merge', async () => {
  const { github } = await start(state);
  expect(await pullRequestsOfCommit(github, sha(5))).toMatchObject([{ number: 44, state: 'open', mergeCommit: null }]);
});

test('of a commit that a fork has as well: not the one that the fork merged', async () => {
  const pull = (number: number, fullName: string) => ({
    ...{ number, title: '', user: null, labels: [], state: 'closed', merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: sha(2) },
    ...{ html_url: '', head: { sha: sha(2), repo: null }, base: { repo: { full_name: fullName } } },
  });
  const github = connect('http://127.0.0.1:9', {
    fetch: () => Promise.resolve(Response.json([pull(1, FORK), pull(2, REPOSITORY.toUpperCase())])),
  });
  expect(numbers(await pullRequestsOfCommit(github, sha(2)))).toEqual([2]);
});

test('between two commits: each once, by number', async () => {
  const { github } = await start(state);
  const found = await pullRequestsBetween(github, sha(1), sha(4));
  expect([numbers(found.pullRequests), found.commits, found.omitted]).toEqual([[41, 42, 43], 3, 0]);
  expect(numbers((await pullRequestsBetween(github, sha(2), sha(3))).pullRequests)).toEqual([42, 43]);
});

test('between the same two commits: none', async () => {
  const { server, github } = await start(state);
  expect(await pullRequestsBetween(github, sha(4), sha(4))).toEqual({ pullRequests: [], commits: 0, omitted: 0 });
  expect(server.requests()).toHaveLength(1);
});

test('between too many commits: of the newest, and how many were not looked at', async () => {
  const { github } = await start(state);
  const found = await pullRequestsBetween(github, sha(1), sha(4), 1);
  expect([numbers(found.pullRequests), found.commits, found.omitted]).toEqual([[43], 3, 2]);
  expect(MOST_COMMITS).toBe(250);
});

test.each([
  [41, false, REPOSITORY],
  [42, true, FORK],
  [43, true, null],
])('number %s comes from a fork: %s', async (number, fromFork, headRepository) => {
  const { github } = await start(state);
  expect(await pullRequestNumbered(github, number)).toMatchObject({ number, fromFork, headRepository });
});

test('there is none of that number', async () => {
  const { github } = await start(state);
  await expect(pullRequestNumbered(github, 99)).rejects.toMatchObject({ problem: 'not-found' });
});

test('its commits are those before the merge', async () => {
  const { github } = await start(state);
  const { commits: found, complete } = await commitsOfPullRequest(github, 42);
  expect([found.map((commit) => commit.sha), complete]).toEqual([[sha(20), sha(21)], true]);
});

test('GitHub lists 250 of them, so more cannot be told apart from all', async () => {
  const chain = Array.from({ length: 250 }, (_, i) => ({ sha: sha(i + 1), parents: i === 0 ? [] : [sha(i)] }));
  const { github } = await start({ commits: chain, pulls: [{ number: 1, headSha: sha(250), commits: chain.map((commit) => commit.sha) }] });
  const { commits: found, complete } = await commitsOfPullRequest(github, 1);
  expect([found.length, complete]).toEqual([250, false]);
});
