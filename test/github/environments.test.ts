import { latestDeployment } from '../../src/github/deployments';
import { allEnvironments, environmentNamed } from '../../src/github/environments';
import { connect, githubOfTest, sha } from './repository';

const start = githubOfTest();
const approval = {
  name: 'production-approval',
  reviewers: ['octo-reviewer', 'team:release-managers'],
  preventSelfReview: true,
  adminsMayBypass: false,
};

describe('a deployment environment', () => {
  test('with all that protects it', async () => {
    const { github } = await start({ environments: [{ ...approval, branches: ['main', 'release/*'] }] });
    expect(await environmentNamed(github, 'production-approval')).toEqual({
      name: 'production-approval',
      exists: true,
      reviewers: 2,
      preventSelfReview: true,
      adminsMayBypass: false,
      branchPolicy: 'listed',
      branches: ['main', 'release/*'],
      tags: [],
    });
  });

  test('with nothing that does', async () => {
    const { github } = await start({ environments: [{ name: 'production' }] });
    expect(await environmentNamed(github, 'production')).toMatchObject({
      exists: true,
      reviewers: 0,
      preventSelfReview: false,
      adminsMayBypass: true,
      branchPolicy: 'any',
    });
  });

  test('with a wait and protected branches, which are no reviewers', async () => {
    const { github } = await start({ environments: [{ name: 'production', waitMinutes: 10, branches: 'protected' }] });
    expect(await environmentNamed(github, 'production')).toMatchObject({ reviewers: 0, branchPolicy: 'protected', branches: [] });
  });

  test('that does not say whether administrators may pass by lets them', async () => {
    const answer = { name: 'production', protection_rules: [], deployment_branch_policy: null };
    const github = connect('http://127.0.0.1:9', {
      fetch: () => Promise.resolve(Response.json(answer)),
    });
    expect(await environmentNamed(github, 'production')).toMatchObject({ exists: true, adminsMayBypass: true });
  });

  test('that is missing protects nothing', async () => {
    const { github } = await start();
    expect(await environmentNamed(github, 'production-approval')).toMatchObject({ exists: false, reviewers: 0, preventSelfReview: false });
  });

  test('that GitHub hides does not exist for us; one that it fails on is a failure', async () => {
    const { server, github } = await start({ environments: [approval], permissions: { contents: 'read' } });
    expect((await environmentNamed(github, 'production-approval').catch(() => ({ exists: false }))).exists).toBe(false);
    server.fail({ status: 500, times: 9 });
    await expect(environmentNamed(github, 'production-approval')).rejects.toMatchObject({ problem: 'unavailable' });
  });

  test('or all of them, over several pages', async () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ name: `preview-${i}` }));
    const { github } = await start({ environments: [...many, approval] });
    const found = await allEnvironments(github);
    expect(found).toHaveLength(102);
    expect(found.at(-1)).toMatchObject({ name: 'production-approval', reviewers: 2 });
  });
});

describe('what is deployed', () => {
  const success = { state: 'success' as const };
  const failure = { state: 'failure' as const };
  const deployment = (id: number, ...statuses: readonly { state: 'success' | 'failure' | 'inactive' | 'in_progress' }[]) => ({
    id,
    environment: 'production',
    sha: sha(id),
    statuses: [...statuses],
  });

  test('is the newest that succeeded, not one that failed or is under way', async () => {
    const deployments = [
      deployment(1, { state: 'inactive' }, success),
      deployment(2, success),
      { ...deployment(3, success), environment: 'staging' },
      deployment(4, failure),
      deployment(5, { state: 'in_progress' }),
    ];
    const { github } = await start({ deployments });
    expect(await latestDeployment(github, 'production')).toMatchObject({ id: 2, commit: sha(2), ref: 'main' });
  });

  test('may be inactive by now', async () => {
    const { github } = await start({ deployments: [deployment(1, { state: 'inactive' }, success), deployment(2, failure)] });
    expect(await latestDeployment(github, 'production')).toMatchObject({ id: 1 });
  });

  test('is nothing where none succeeded', async () => {
    const { github } = await start({ deployments: [deployment(1, failure)] });
    expect(await latestDeployment(github, 'production')).toBeNull();
  });

  test('is not told to a token without the right', async () => {
    const { github } = await start({ deployments: [deployment(1, success)], permissions: { contents: 'read' } });
    await expect(latestDeployment(github, 'production')).rejects.toThrow('`deployments: read`');
  });
});
