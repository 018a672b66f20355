import { gatherDeliveryFacts } from '../../src/github/delivery-facts-of';
import { githubOfTest, sha } from '../github/repository';
import type { GithubStateInput } from '../support/github/start-github';
import { type Job, jobsOf, workflows } from './workflow-files';

const start = githubOfTest();
const all = workflows().flatMap(jobsOf);
const promoting = all.filter(({ job, at }) => at === 'deploy/promote' || job.with['operation'] === 'promote');

/** A private repository, where nothing can be read without a right to it. The candidate came by a pull request. */
const state = {
  repository: { visibility: 'private' },
  commits: [{ sha: sha(1) }, { sha: sha(2), parents: [sha(1)] }],
  branches: { main: sha(2) },
  pulls: [{ number: 41, state: 'closed', headSha: sha(2), mergedAs: sha(2) }],
  environments: [{ name: 'production-approval', reviewers: ['octo-reviewer'], preventSelfReview: true }],
  runs: [
    { id: 77, headSha: sha(2), attempts: [{ jobs: [{ name: 'approve' }] }], reviews: [{ state: 'approved', author: 'octo-reviewer' }] },
  ],
} satisfies GithubStateInput;
const run = { runId: 77, runAttempt: 1, event: { defaultBranch: 'main', pullRequest: null, inputs: {} } };
const question = { productionCommit: sha(1), commit: sha(2), environment: 'production-approval', branch: null };

function rightsOf({ permissions }: Job): Record<string, 'read' | 'write'> {
  const known = Object.entries(permissions ?? {}).filter(([name]) => name !== 'id-token' && name !== 'attestations');
  return Object.fromEntries(known);
}

test('a promotion is called from four workflows, and done in one job', () => {
  expect(promoting.map(({ at }) => at)).toEqual([
    'approve/promote',
    'delivery/promote',
    'deploy/promote',
    'hotfix/promote',
    'override/promote',
  ]);
});

test.each(promoting)('the rights of $at are enough to learn all that the guard asks', async ({ job }) => {
  const { github } = await start({ ...state, permissions: rightsOf(job) });
  const facts = await gatherDeliveryFacts(github, run, question);
  expect(facts).toMatchObject({ onDefaultBranch: true, approval: { jobOfThisAttempt: true } });
});

test.each(['contents', 'actions', 'pull-requests'])('and %s is one that it cannot do without', async (right) => {
  const [{ job } = { job: null }] = promoting;
  if (job === null) throw new Error('there is no promotion');
  const { [right]: _, ...permissions } = rightsOf(job);
  const { github } = await start({ ...state, permissions });
  await expect(gatherDeliveryFacts(github, run, question)).rejects.toThrow(right);
});
