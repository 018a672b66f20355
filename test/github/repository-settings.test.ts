import { repositorySettings } from '../../src/github/repository-settings';
import { githubOfTest, REPOSITORY } from './repository';

const start = githubOfTest();
const ALL = { contents: 'read', actions: 'read', administration: 'read', variables: 'read' } as const;
const rules = [
  { type: 'deletion' },
  { type: 'non_fast_forward' },
  {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 1,
      require_code_owner_review: true,
      require_last_push_approval: true,
      dismiss_stale_reviews_on_push: false,
      required_review_thread_resolution: false,
      allowed_merge_methods: ['squash', 'merge'],
    },
  },
  {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: [{ context: 'ci-passed', integration_id: 15_368 }, { context: 'lint' }],
      strict_required_status_checks_policy: false,
    },
  },
];

test('everything, with a token that may read it', async () => {
  const variables = Object.fromEntries(Array.from({ length: 35 }, (_, i) => [`TIDEGATE_${i}`, `${i}`]));
  const shared = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`SHARED_${i}`, `${i}`]));
  const { github } = await start({
    permissions: ALL,
    environments: [{ name: 'production', branches: ['main'] }],
    rulesets: [
      { id: 1, rules },
      {
        id: 2,
        rules: [
          {
            type: 'pull_request',
            parameters: { ...rules[2]?.parameters, required_approving_review_count: 2, allowed_merge_methods: ['merge', 'rebase'] },
          },
        ],
      },
      { id: 3, enforcement: 'disabled', rules: [{ type: 'required_status_checks', parameters: rules[3]?.parameters }] },
    ],
    variables,
    organizationVariables: shared,
    codeOwnersErrors: [{ line: 2, kind: 'Unknown owner', source: '/infra/ @nobody\n' }],
    actions: { shaPinningRequired: true, subjectClaims: ['repo', 'context'], immutableSubject: true },
  });
  expect(await repositorySettings(github)).toEqual({
    repository: {
      name: REPOSITORY,
      id: 4_100_001,
      ownerId: 5_200_002,
      ownerKind: 'organization',
      visibility: 'private',
      defaultBranch: 'main',
    },
    environments: { known: true, value: [expect.objectContaining({ name: 'production', branches: ['main'] })] },
    defaultBranchRules: {
      known: true,
      value: {
        requiredChecks: [
          { name: 'ci-passed', app: 15_368 },
          { name: 'lint', app: null },
        ],
        pullRequestRequired: true,
        requiredApprovals: 2,
        codeOwnersReview: true,
        lastPushApproval: true,
        dismissesStaleReviews: false,
        forcePushBlocked: true,
        deletionBlocked: true,
        mergeMethods: ['merge'],
        rulesets: [1, 2],
      },
    },
    bypass: {
      known: true,
      value: [
        { ruleset: 'default branch', actors: null },
        { ruleset: 'default branch', actors: null },
      ],
    },
    codeOwners: { known: true, value: [{ line: 2, kind: 'Unknown owner', source: '/infra/ @nobody' }] },
    workflowPermissions: { known: true, value: { byDefault: 'read', mayApprovePullRequests: false } },
    actions: { known: true, value: { enabled: true, allowed: 'all', pinnedByCommit: true } },
    subject: {
      known: true,
      value: {
        isDefault: false,
        claims: ['repo', 'context'],
        immutable: true,
        prefix: 'repo:example-org@5200002/example-check-in@4100001',
      },
    },
    variables: { known: true, value: variables },
    organizationVariables: { known: true, value: shared },
    plan: 'not-told',
  });
});

test('nothing is set: no rules, no environments', async () => {
  const { github } = await start({ permissions: ALL, repository: { visibility: 'public', ownerType: 'User' } });
  const settings = await repositorySettings(github);
  expect(settings).toMatchObject({ plan: 'allows-all', repository: { ownerKind: 'person' }, environments: { value: [] } });
  expect(settings.defaultBranchRules).toMatchObject({
    value: { requiredChecks: [], pullRequestRequired: false, requiredApprovals: 0, forcePushBlocked: false },
  });
});

test('what cannot be read says which right it needs; the rest is told', async () => {
  const { github } = await start({ permissions: { contents: 'read', actions: 'read' } });
  const settings = await repositorySettings(github);
  expect(settings.environments.known).toBe(true);
  expect(settings.workflowPermissions).toMatchObject({ known: false, message: expect.stringContaining('`administration: read`') });
  expect(settings.actions).toMatchObject({ known: false, message: expect.stringContaining('`administration: read`') });
  expect(settings.variables).toMatchObject({ known: false, message: expect.stringContaining('`variables: read`') });
});

test('a repository that cannot be read at all is a failure', async () => {
  const { server, github } = await start({ permissions: ALL });
  server.fail({ operationId: 'repos/get', status: 404 });
  await expect(repositorySettings(github)).rejects.toMatchObject({ problem: 'not-found' });
});
