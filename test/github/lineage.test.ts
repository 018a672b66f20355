import { compareCommits } from '../../src/github/commits';
import { GithubError } from '../../src/github/failure';
import { branchHolds, lineageOf } from '../../src/github/lineage';
import { githubOfTest, sha } from './repository';

const start = githubOfTest();
/** 1 - 2 - 3 on main, 4 beside it from 2. */
const commits = [
  { sha: sha(1) },
  { sha: sha(2), parents: [sha(1)] },
  { sha: sha(3), parents: [sha(2)] },
  { sha: sha(4), parents: [sha(2)] },
];
const branches = { main: sha(3), hotfix: sha(4) };

test.each([
  [2, 2, 'same'],
  [1, 3, 'descends'],
  [3, 1, 'ancestor'],
  [3, 4, 'diverged'],
  [2, 4, 'descends'],
])('production on %s, candidate %s: %s', async (production, candidate, lineage) => {
  const { github } = await start({ commits, branches });
  expect(lineageOf(await compareCommits(github, sha(production), sha(candidate), 250))).toBe(lineage);
});

test.each([
  [sha(9), sha(3)],
  [sha(3), sha(9)],
])('a commit that GitHub does not know is a failure, never a first one', async (base, head) => {
  const { github } = await start({ commits, branches });
  await expect(compareCommits(github, base, head, 250)).rejects.toMatchObject({ name: 'GithubError', problem: 'not-found' });
});

test.each(['main', sha(3).slice(0, 7), `${sha(3)}+dirty`, '', `${sha(3)}...main`])('%j is not asked about', async (commit) => {
  const { server, github } = await start({ commits, branches });
  await expect(compareCommits(github, sha(1), commit, 250)).rejects.toMatchObject({ problem: 'invalid' });
  expect(server.requests()).toEqual([]);
});

test.each([
  [1, true],
  [3, true],
  [4, false],
])('whether main holds commit %s: %s', async (commit, held) => {
  const { github } = await start({ commits, branches });
  expect(await branchHolds(github, 'main', sha(commit))).toBe(held);
});

describe('the commits between two', () => {
  const chain = Array.from({ length: 321 }, (_, i) => ({ sha: sha(i + 1), parents: i === 0 ? [] : [sha(i)], message: `Change ${i}` }));

  test('are read over all pages, oldest first', async () => {
    const { github } = await start({ commits: chain });
    const { ahead, commits: found } = await compareCommits(github, sha(1), sha(321), 500);
    expect([ahead, found.length, found[0]?.sha, found.at(-1)?.sha]).toEqual([320, 320, sha(2), sha(321)]);
  });

  test('are the newest of them when there are too many', async () => {
    const { server, github } = await start({ commits: chain });
    const { ahead, commits: found } = await compareCommits(github, sha(1), sha(321), 30);
    expect([ahead, found.length, found[0]?.sha, found.at(-1)?.sha]).toEqual([320, 30, sha(292), sha(321)]);
    expect(server.requests()).toHaveLength(3);
  });

  test('are not some of them: what GitHub counts and does not list is a failure', async () => {
    const { server, github } = await start({ commits: chain });
    server.after('repos/compare-commits-with-basehead', (state) => state.commits.splice(0, 100));
    await expect(compareCommits(github, sha(1), sha(321), 500)).rejects.toThrow(GithubError);
  });
});
