import { authorsOf, coAuthorAddresses } from '../../src/github/authors';
import { commitNamed, compareCommits } from '../../src/github/commits';
import type { GithubStateInput } from '../support/github/start-github';
import { githubOfTest, sha } from './repository';

const start = githubOfTest();
const GITHUBS = { committer: 'web-flow', committerEmail: 'noreply@github.com', verified: true };
const address = (login: string): string => `${login}@users.noreply.github.com`;
const base = { sha: sha(1), author: 'octo-manager', email: address('octo-manager') };
const next = { sha: sha(2), parents: [sha(1)] };
const merged = { number: 41, state: 'closed' as const, author: 'octo-author', headSha: sha(20), mergedAs: sha(2) };

/** Logins in order, `?` for an account that nobody knows. */
async function loginsOf(state: GithubStateInput, head = sha(2)): Promise<readonly string[]> {
  const { github } = await start(state);
  const { commits, ahead } = await compareCommits(github, sha(1), head, 250);
  const { authors } = await authorsOf(github, commits, ahead);
  return [...new Set(authors.map(({ login }) => login ?? '?'))].sort();
}

describe('who wrote part of it', () => {
  test('the author of each commit, with the commit', async () => {
    const { github } = await start({
      commits: [base, next, { sha: sha(3), parents: [sha(2)], author: 'octo-reviewer', email: 'r@example.org' }],
    });
    const { commits, ahead } = await compareCommits(github, sha(1), sha(3), 250);
    expect(await authorsOf(github, commits, ahead)).toEqual({
      authors: [
        { commit: sha(2), as: 'author', login: 'octo-author' },
        { commit: sha(3), as: 'author', login: 'octo-reviewer' },
      ],
      authorsComplete: true,
    });
  });

  test('not whoever wrote what production has already', async () => {
    expect(await loginsOf({ commits: [base, next] })).toEqual(['octo-author']);
  });

  test('of the very first promotion: of its own commit', async () => {
    const { github } = await start({ commits: [base, next] });
    expect((await authorsOf(github, [await commitNamed(github, sha(2))])).authors).toEqual([
      { commit: sha(2), as: 'author', login: 'octo-author' },
    ]);
  });

  test('co-authors, by the address that GitHub gives to who hides theirs', async () => {
    const message = `Change\n\nCo-authored-by: R <12+octo-reviewer@users.noreply.github.com>\nco-authored-by: M <${address('octo-manager')}>`;
    expect(await loginsOf({ commits: [base, { ...next, message }] })).toEqual(['octo-author', 'octo-manager', 'octo-reviewer']);
  });

  test('a co-author whose account a commit of theirs has told', async () => {
    const second = { sha: sha(3), parents: [sha(2)], author: 'octo-reviewer', email: 'R@example.org' };
    const message = 'Change\n\nCo-authored-by: R <r@example.org>';
    const { github } = await start({ commits: [base, { ...next, message }, second] });
    const { commits } = await compareCommits(github, sha(1), sha(3), 250);
    expect((await authorsOf(github, commits)).authors).toContainEqual({ commit: sha(2), as: 'co-author', login: 'octo-reviewer' });
  });

  test('somebody, when nobody knows the account: an author, or a co-author', async () => {
    expect(await loginsOf({ commits: [base, { ...next, author: null, email: 'a@example.org' }] })).toEqual(['?']);
    expect(await loginsOf({ commits: [base, { ...next, author: null, email: 'a@example.org', emptyAuthor: true }] })).toEqual(['?']);
    const message = 'Change\n\nCo-authored-by: X <x@example.org>';
    expect(await loginsOf({ commits: [base, { ...next, message }] })).toEqual(['?', 'octo-author']);
  });

  test('whoever rewrote a commit that came by no pull request', async () => {
    expect(await loginsOf({ commits: [base, { ...next, committer: 'octo-reviewer' }] })).toEqual(['octo-author', 'octo-reviewer']);
  });
});

describe('by a pull request', () => {
  const branch = { sha: sha(20), parents: [sha(1)] };

  test('whoever opened it', async () => {
    const pull = { ...merged, author: 'octo-reviewer' };
    expect(await loginsOf({ commits: [base, branch, { ...next, ...GITHUBS }], branches: { main: sha(2) }, pulls: [pull] })).toEqual([
      'octo-author',
      'octo-reviewer',
    ]);
  });

  test('whoever wrote a commit that the squash has left out', async () => {
    const other = { sha: sha(21), parents: [sha(20)], author: 'octo-reviewer', email: address('octo-reviewer') };
    const pull = { ...merged, headSha: sha(21), commits: [sha(20), sha(21)] };
    const commits = [base, branch, other, { ...next, ...GITHUBS }];
    expect(await loginsOf({ commits, branches: { main: sha(2) }, pulls: [pull] })).toEqual(['octo-author', 'octo-reviewer']);
  });

  test('whoever rewrote a commit of it before the merge', async () => {
    const commits = [base, { ...branch, committer: 'octo-reviewer' }, { ...next, ...GITHUBS }];
    expect(await loginsOf({ commits, branches: { main: sha(2) }, pulls: [merged] })).toEqual(['octo-author', 'octo-reviewer']);
  });

  test('not whoever merged it by rebase, whom git then calls the committer', async () => {
    const commits = [base, branch, { ...next, committer: 'octo-manager' }];
    expect(await loginsOf({ commits, branches: { main: sha(2) }, pulls: [merged] })).toEqual(['octo-author']);
  });

  test('not whoever pressed the button of its merge', async () => {
    const merge = { ...next, parents: [sha(1), sha(20)], author: 'octo-manager', email: address('octo-manager'), ...GITHUBS };
    expect(await loginsOf({ commits: [base, branch, merge], branches: { main: sha(2) }, pulls: [merged] })).toEqual(['octo-author']);
  });

  test.each([
    ['that GitHub did not sign', { verified: false }, merged],
    ['that somebody made by hand', { committer: null, committerEmail: null, verified: false }, merged],
    ['that is no merge of a pull request', {}, { ...merged, mergedAs: sha(20) }],
  ])('but whoever made a merge %s: it can hold anything', async (_, how, pull) => {
    const merge = { ...next, parents: [sha(1), sha(20)], author: 'octo-manager', email: address('octo-manager'), ...GITHUBS, ...how };
    expect(await loginsOf({ commits: [base, branch, merge], branches: { main: sha(2) }, pulls: [pull] })).toContain('octo-manager');
  });

  test('not whoever opened one that is still open', async () => {
    const pull = { number: 50, author: 'octo-reviewer', headSha: sha(2) };
    expect(await loginsOf({ commits: [base, next], branches: { main: sha(1), hotfix: sha(2) }, pulls: [pull] })).toEqual(['octo-author']);
  });
});

test('of more commits than were read nobody says that these are all', async () => {
  const { github } = await start({ commits: [base, next] });
  const { commits } = await compareCommits(github, sha(1), sha(2), 250);
  expect(await authorsOf(github, commits, 251)).toEqual({
    authors: [{ commit: sha(2), as: 'author', login: 'octo-author' }],
    authorsComplete: false,
  });
});

test('of a pull request with more commits than GitHub lists nobody says that these are all', async () => {
  const listed = Array.from({ length: 250 }, (_, i) => ({ sha: sha(i + 1000), parents: [i === 0 ? sha(1) : sha(i + 999)] }));
  const pull = { ...merged, headSha: sha(1249), commits: listed.map((commit) => commit.sha) };
  const { github } = await start({ commits: [base, ...listed, { ...next, ...GITHUBS }], branches: { main: sha(2) }, pulls: [pull] });
  const { commits } = await compareCommits(github, sha(1), sha(2), 250);
  const { authors, authorsComplete } = await authorsOf(github, commits);
  expect([authors.length > 250, authorsComplete]).toEqual([true, false]);
});

test.each([
  ['Change', []],
  ['Co-authored-by: A <a@example.org>', ['a@example.org']],
  ['x\r\nCO-AUTHORED-BY: A B <a@example.org>\r\nCo-authored-by: C <c@example.org>', ['a@example.org', 'c@example.org']],
  ['Co-authored-by: nobody', []],
  ['Not Co-authored-by: A <a@example.org>', []],
  ['Co-authored-by: A <a@example.org> and more', []],
])('%j names %j', (message, addresses) => {
  expect(coAuthorAddresses(message)).toEqual(addresses);
});
