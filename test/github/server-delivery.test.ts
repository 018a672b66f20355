import type { GithubStateInput } from '../support/github/start-github';
import { get, HISTORY, PULL, REPOSITORY, sha, start } from './ask-server';

describe('a run', () => {
  const RUNS: GithubStateInput = {
    ...HISTORY,
    runs: [
      {
        id: 50,
        headSha: sha(4),
        attempts: [
          { triggeringActor: 'octo-author', jobs: [{ name: 'approve' }, { name: 'promote', conclusion: 'failure' }] },
          {
            triggeringActor: 'octo-manager',
            jobs: [
              { name: 'approve', ranInAttempt: 1 },
              { name: 'promote', status: 'in_progress' },
            ],
          },
        ],
        reviews: [{ state: 'approved', author: 'octo-reviewer', comment: 'fine' }],
      },
    ],
  };

  test('is shown as its last attempt, or as the one that is asked for', async () => {
    const server = await start(RUNS);
    expect((await get(server, 'actions/runs/50')).json).toMatchObject({
      run_attempt: 2,
      triggering_actor: { login: 'octo-manager' },
      actor: { login: 'octo-author' },
    });
    expect((await get(server, 'actions/runs/50/attempts/1')).json).toMatchObject({
      run_attempt: 1,
      triggering_actor: { login: 'octo-author' },
    });
    expect((await get(server, 'actions/runs/50/attempts/3')).status).toBe(404);
    expect((await get(server, 'actions/runs/51')).status).toBe(404);
    expect(server.problems()).toEqual([]);
  });

  test('tells which attempt ran a job that a later attempt lists', async () => {
    const server = await start(RUNS);
    expect((await get(server, 'actions/runs/50/attempts/2/jobs')).json).toMatchObject({
      total_count: 2,
      jobs: [
        { name: 'approve', run_attempt: 1, conclusion: 'success' },
        { name: 'promote', run_attempt: 2, status: 'in_progress', conclusion: null },
      ],
    });
    expect(server.problems()).toEqual([]);
  });

  test('has one list of reviews for all attempts', async () => {
    const server = await start(RUNS);
    const review = {
      state: 'approved',
      comment: 'fine',
      user: { login: 'octo-reviewer' },
      environments: [{ name: 'production-approval' }],
    };
    expect((await get(server, 'actions/runs/50/approvals')).list).toMatchObject([review]);
    expect(server.problems()).toEqual([]);
  });
});

test('an environment shows its protection, and 404 when it is not there', async () => {
  const server = await start({
    environments: [
      { name: 'staging' },
      {
        name: 'production-approval',
        reviewers: ['octo-reviewer', 'team:release'],
        preventSelfReview: true,
        adminsMayBypass: false,
        branches: ['main'],
      },
    ],
  });
  expect((await get(server, 'environments/production-approval')).json).toMatchObject({
    can_admins_bypass: false,
    protection_rules: [
      {
        type: 'required_reviewers',
        prevent_self_review: true,
        reviewers: [
          { type: 'User', reviewer: { login: 'octo-reviewer' } },
          { type: 'Team', reviewer: { slug: 'release' } },
        ],
      },
      { type: 'branch_policy' },
    ],
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  expect((await get(server, 'environments/staging')).json).toMatchObject({ protection_rules: [], deployment_branch_policy: null });
  expect((await get(server, 'environments/production-approval/deployment-branch-policies')).json).toMatchObject({
    branch_policies: [{ name: 'main' }],
  });
  expect((await get(server, 'environments/production')).status).toBe(404);
  expect(server.problems()).toEqual([]);
});

test('every other answer fits the description', async () => {
  const server = await start({
    ...PULL,
    permissions: {
      contents: 'read',
      'pull-requests': 'read',
      actions: 'read',
      deployments: 'read',
      administration: 'write',
      variables: 'read',
    },
    deployments: [{ id: 3, environment: 'staging', sha: sha(4), statuses: [{ state: 'success' }] }],
    rulesets: [
      {
        id: 11,
        rules: [
          { type: 'deletion' },
          {
            type: 'required_status_checks',
            parameters: { required_status_checks: [{ context: 'checks' }], strict_required_status_checks_policy: true },
          },
        ],
      },
    ],
    variables: { TIDEGATE_FREEZE: 'x' },
    files: { '.github/gates.yaml': 'version: 1\n' },
    actions: { allowed: 'selected', immutableSubject: true },
  });
  const paths = [
    '',
    '/commits',
    '/commits/main',
    '/branches/main',
    '/pulls',
    '/pulls/7',
    '/pulls/7/files',
    '/pulls/7/commits',
    '/actions/runs',
    '/environments',
  ];
  const more = [
    '/deployments',
    '/deployments/3/statuses',
    '/rules/branches/main',
    '/rulesets',
    '/rulesets/11',
    '/contents/.github/gates.yaml',
  ];
  const settings = [
    'variables',
    'variables/TIDEGATE_FREEZE',
    'permissions',
    'permissions/selected-actions',
    'permissions/workflow',
    'oidc/customization/sub',
  ];
  for (const path of [...paths, ...more, ...settings.map((name) => `/actions/${name}`)]) {
    expect([path, (await get(server, `${REPOSITORY}${path}`)).status]).toEqual([path, 200]);
  }
  expect((await get(server, '/rate_limit')).status).toBe(200);
  expect(server.problems()).toEqual([]);
});
