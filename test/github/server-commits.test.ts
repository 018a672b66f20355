import { get, HISTORY, type Reply, sha, start } from './ask-server';

describe('a comparison', () => {
  test.each([
    ['ahead', `${sha(1)}...main`, 2, 0, sha(1)],
    ['behind', `main...${sha(1)}`, 0, 2, sha(1)],
    ['identical', `${sha(4)}...main`, 0, 0, sha(4)],
    ['diverged', 'change...main', 1, 1, sha(2)],
  ])('%s', async (status, range, ahead, behind, base) => {
    const server = await start(HISTORY);
    const { json } = await get(server, `compare/${range}`);
    expect(json).toMatchObject({ status, ahead_by: ahead, behind_by: behind, total_commits: ahead, merge_base_commit: { sha: base } });
    expect(server.problems()).toEqual([]);
  });

  test('lists parents before children, and both sides of a merge', async () => {
    const server = await start({
      commits: [...(HISTORY.commits ?? []), { sha: sha(5), parents: [sha(4), sha(3)] }],
      branches: { main: sha(5) },
    });
    const { json } = await get(server, `compare/${sha(1)}...main`);
    expect(json['commits']).toMatchObject([{ sha: sha(2) }, { sha: sha(4) }, { sha: sha(3), author: null }, { sha: sha(5) }]);
  });

  test.each([
    ['unrelated histories', `${sha(9)}...main`],
    ['an unknown commit', `${sha(8)}...main`],
    ['one end only', 'main'],
  ])('of %s is not found', async (_, range) => {
    expect((await get(await start(HISTORY), `compare/${range}`)).status).toBe(404);
  });

  test('gives the newest 250 at once, and all in pages from the oldest', async () => {
    const commits = Array.from({ length: 261 }, (_, index) => ({ sha: sha(index + 1), parents: index === 0 ? [] : [sha(index)] }));
    const server = await start({ commits });
    const whole = await get(server, `compare/${sha(1)}...main`);
    const paged = await get(server, `compare/${sha(1)}...main?per_page=100&page=3`);
    expect(whole.json['total_commits']).toBe(260);
    expect(shasOf(whole)).toEqual(numbers(12, 261).map(sha));
    expect(shasOf(paged)).toEqual(numbers(202, 261).map(sha));
    expect(paged.json['files']).toBeUndefined();
    expect(server.problems()).toEqual([]);
  });
});

test('pull requests of a commit: the merged one that brought it to the default branch; elsewhere open ones, too', async () => {
  const server = await start({
    ...HISTORY,
    pulls: [
      { number: 5, headSha: sha(2), mergedAs: sha(4), state: 'closed' },
      { number: 6, headSha: sha(4) },
      { number: 7, headSha: sha(3), headRepository: 'octo-fork/example-check-in' },
      { number: 8, headSha: sha(3), headRepository: null },
    ],
  });
  expect((await get(server, `commits/${sha(4)}/pulls`)).list.map((pull) => pull['number'])).toEqual([5]);
  const open = (await get(server, `commits/${sha(3)}/pulls`)).list;
  expect(open).toMatchObject([
    { number: 7, head: { repo: { full_name: 'octo-fork/example-check-in', fork: true } } },
    { number: 8, head: { repo: null } },
  ]);
  expect((await get(server, `commits/${sha(8)}/pulls`)).status).toBe(422);
  expect(server.problems()).toEqual([]);
});

test('an author without an account is null, or an empty object', async () => {
  const server = await start({
    commits: [
      { sha: sha(1), author: null },
      { sha: sha(2), parents: [sha(1)], emptyAuthor: true },
    ],
  });
  expect((await get(server, 'commits')).list.map(({ author }) => author)).toEqual([{}, null]);
  expect(server.problems()).toEqual([]);
});

function shasOf({ json }: Reply): readonly unknown[] {
  const { commits } = json;
  return Array.isArray(commits) ? commits.map((commit) => commit.sha) : [];
}

function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
