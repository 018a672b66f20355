import { reviewsOfRun } from '../../src/github/approvals';
import { type Job, jobsOfAttempt, ranInAttempt, runAttempt } from '../../src/github/runs';
import { githubOfTest, sha } from './repository';

const start = githubOfTest();
const run = {
  id: 77,
  headSha: sha(1),
  attempts: [
    { triggeringActor: 'octo-author', jobs: [{ name: 'approve' }, { name: 'promote', conclusion: 'failure' as const }] },
    { triggeringActor: 'octo-manager', jobs: [{ name: 'approve', ranInAttempt: 1 }, { name: 'promote' }] },
  ],
};

test('an attempt of a run, with who began which', async () => {
  const { github } = await start({ runs: [run] });
  expect((await runAttempt(github, 77, 2)).run).toEqual({
    id: 77,
    attempt: 2,
    url: 'https://github.com/example-org/example-check-in/actions/runs/77',
    event: 'push',
    actor: 'octo-author',
    triggeringActor: 'octo-manager',
    headBranch: 'main',
    headSha: sha(1),
    workflow: '.github/workflows/delivery.yml',
  });
});

test('the workflow of a run is its file, with or without the branch that GitHub adds', async () => {
  const { github } = await start({ runs: [{ ...run, path: '.github/workflows/approve.yml@refs/heads/main' }] });
  expect((await runAttempt(github, 77, 1)).run.workflow).toBe('.github/workflows/approve.yml');
});

test.each([
  [78, 1],
  [77, 3],
])('run %s, attempt %s is unknown', async (id, attempt) => {
  const { github } = await start({ runs: [run] });
  await expect(runAttempt(github, id, attempt)).rejects.toMatchObject({ problem: 'not-found' });
});

describe('the approving job', () => {
  test.each([
    [1, true],
    [2, false],
  ])('of attempt %s ran in it: %s, because a re-run of failed jobs takes it over', async (number, ran) => {
    const { github } = await start({ runs: [run] });
    expect(ranInAttempt(await jobsOfAttempt(github, 77, number), 'approve', await runAttempt(github, 77, number))).toBe(ran);
  });

  const attempt = {
    run: {
      id: 77,
      attempt: 2,
      url: '',
      event: 'push',
      actor: 'a',
      triggeringActor: 'a',
      headBranch: 'main',
      headSha: sha(1),
      workflow: '',
    },
    startedAt: '2026-01-01T10:00:00Z',
  };
  const job = (more: Partial<Job> = {}): Job => ({
    name: 'approve',
    conclusion: 'success',
    attempt: 2,
    startedAt: '2026-01-01T10:00:00Z',
    ...more,
  });

  test.each([
    ['alone', [job()], true],
    ['in a reusable workflow', [job({ name: 'deliver / approve' })], true],
    ['deep in reusable workflows', [job({ name: 'a / b / approve' })], true],
    ['beside others', [job({ name: 'promote', conclusion: null }), job()], true],
    ['not there', [job({ name: 'promote' })], false],
    ['with another name that ends alike', [job({ name: 'disapprove' }), job({ name: 'x/approve' })], false],
    ['skipped', [job({ conclusion: 'skipped' })], false],
    ['still waiting', [job({ conclusion: null, startedAt: null })], false],
    ['of another attempt', [job({ attempt: 1 })], false],
    ['that does not say its attempt', [job({ attempt: null })], false],
    ['begun before the attempt was', [job({ startedAt: '2026-01-01T09:59:59Z' })], false],
    ['twice, once well', [job(), job({ name: 'x / approve', conclusion: 'failure' })], false],
  ])('%s', (_, jobs, ran) => {
    expect(ranInAttempt(jobs, 'approve', attempt)).toBe(ran);
  });

  test('is found behind a hundred jobs of a matrix', async () => {
    const jobs = [...Array.from({ length: 120 }, (_, i) => ({ name: `test (${i})` })), { name: 'approve' }];
    const { github } = await start({ runs: [{ ...run, attempts: [{ jobs }] }] });
    expect(await jobsOfAttempt(github, 77, 1)).toHaveLength(121);
  });
});

describe('what people said', () => {
  const review = { state: 'approved' as const, author: 'octo-reviewer', comment: 'Looks good' };

  test('to this run, in this environment, whatever its case', async () => {
    const reviews = [review, { ...review, author: 'octo-manager', state: 'rejected' as const }, { ...review, environments: ['staging'] }];
    const { github } = await start({ runs: [{ ...run, reviews }] });
    expect(await reviewsOfRun(github, 77, 'Production-Approval')).toEqual([
      { who: 'octo-reviewer', state: 'approved', comment: 'Looks good' },
      { who: 'octo-manager', state: 'rejected', comment: 'Looks good' },
    ]);
  });

  test('to another run does not count, and a request that waits is no word', async () => {
    const runs = [
      { ...run, reviews: [{ ...review, state: 'pending' as const }] },
      { ...run, id: 78, reviews: [review] },
    ];
    const { github } = await start({ runs });
    expect(await reviewsOfRun(github, 77, 'production-approval')).toEqual([]);
  });
});
