import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PURPOSES } from '../../infra/delivery/purposes';
import { subjects } from '../../infra/delivery/trust';
import type { Settings } from '../../infra/settings';
import type { Check } from '../../src/cli/commands/doctor';
import { addDoctor } from '../../src/cli/commands/doctor-command';
import { subjectsOf } from '../../src/cli/commands/doctor-github-subjects';
import { policyText } from '../gates/builders';
import { type GithubServer, type GithubState, type GithubStateInput, startGithub } from '../support/github/start-github';
import { githubState } from '../support/github/state';
import { type Ran, runCommand } from './command-bench';

const APPROVAL = 'production-approval';
const RULES = [
  {
    type: 'required_status_checks',
    parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'ci-passed', integration_id: 15_368 }] },
  },
  {
    type: 'pull_request',
    parameters: {
      required_approving_review_count: 1,
      require_code_owner_review: true,
      require_last_push_approval: true,
      dismiss_stale_reviews_on_push: true,
      required_review_thread_resolution: false,
      allowed_merge_methods: ['merge'],
    },
  },
  { type: 'non_fast_forward' },
  { type: 'deletion' },
];
const TRUSTED = { owner: 'example-org', repository: 'example-check-in', ownerId: '5200002', repositoryId: '4100001', branch: 'main' };

let github: GithubServer;
let root: string;
const before = { ...process.env };

const ROLES = ['staging', 'staging-qualify', 'production', 'production-rollback', 'ledger'];
/** Set up as it should be. */
const STATE: GithubStateInput = {
  token: { login: 'octo-manager' },
  permissions: { contents: 'read', actions: 'read', administration: 'write', variables: 'read' },
  environments: [
    { name: APPROVAL, reviewers: ['octo-reviewer', 'octo-manager'], preventSelfReview: true, adminsMayBypass: false, branches: ['main'] },
    ...ROLES.map((name) => ({ name, branches: ['main'] })),
  ],
  rulesets: [{ id: 7, rules: RULES }],
  actions: { shaPinningRequired: true },
  variables: { TIDEGATE_TARGET: 'aws' },
};

beforeAll(async () => {
  github = await startGithub();
});
afterAll(() => github.close());

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'doctor-github-'));
  mkdirSync(join(root, 'infra'));
  writeFileSync(join(root, 'gates.yaml'), policyWith('environment', ['octo-manager']));
  trust(TRUSTED);
  Object.assign(github.state, githubState(structuredClone(STATE)));
  process.env['GITHUB_API_URL'] = github.url;
  process.env['GITHUB_TOKEN'] = 'a-token';
  delete process.env['GITHUB_REPOSITORY'];
});

afterEach(() => {
  process.env = { ...before };
  rmSync(root, { recursive: true });
  expect(github.problems()).toEqual([]);
});

function policyWith(approval: string, approvers: readonly string[]): string {
  return policyText().replace('approval: environment, ', `approval: ${approval}, approvers: [${approvers}], `);
}

function trust(repository: unknown): void {
  writeFileSync(join(root, 'infra', 'aws-settings.json'), JSON.stringify({ github: repository }));
}

function run(...args: readonly string[]): Promise<Ran> {
  const all = ['doctor', '--github', '--policy', 'gates.yaml', '--repository', 'example-org/example-check-in', ...args];
  return runCommand(root, all, (program, context, done) => addDoctor(program, context, done));
}

async function looked(): Promise<{ readonly code: number | null; readonly bad: readonly Check[]; readonly checks: readonly Check[] }> {
  const { code, stdout, message } = await run('--json');
  if (stdout === '') throw new Error(message);
  const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
  return { code, checks, bad: checks.filter(({ ok }) => !ok) };
}

test('a repository that is set up as it should be lacks nothing', async () => {
  const { code, bad, checks } = await looked();
  expect(bad).toEqual([]);
  expect(code).toBe(0);
  expect(checks.length).toBeGreaterThan(25);
});

const environment = (state: GithubState, name: string) => {
  const found = state.environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no environment ${name}`);
  return found;
};

const without = (state: GithubState, name: string) => ({ environments: state.environments.filter((each) => each.name !== name) });
const dropRule = (state: GithubState, index: number) => state.rulesets[0]?.rules.splice(index, 1);
const parametersOf = (state: GithubState, index: number) => {
  const parameters = state.rulesets[0]?.rules[index]?.['parameters'];
  if (typeof parameters !== 'object' || parameters === null) throw new Error(`rule ${index} has no parameters`);
  return parameters;
};
const checkOf = (app: object) => ({ required_status_checks: [{ context: 'ci-passed', ...app }] });
const ruleset = (state: GithubState) => state.rulesets[0] ?? {};
const only = (state: GithubState) => environment(state, APPROVAL);

/** What is changed, the check that sees it, and a part of what it advises. */
const MISSING: readonly (readonly [what: string, change: (state: GithubState) => unknown, check: string, advice: string])[] = [
  ['an approval environment', (s) => Object.assign(s, without(s, APPROVAL)), APPROVAL, 'dispatch'],
  ['a reviewer', (s) => Object.assign(only(s), { reviewers: [] }), `${APPROVAL}: reviewers`, 'GitHub Enterprise only'],
  ['another eye', (s) => Object.assign(only(s), { preventSelfReview: false }), `${APPROVAL}: self-review`, 'Prevent self-review'],
  ['a gate for administrators', (s) => Object.assign(only(s), { adminsMayBypass: true }), `${APPROVAL}: administrators`, 'bypass'],
  ['a branch of approvals', (s) => Object.assign(only(s), { branches: null }), `${APPROVAL}: branches`, 'select main'],
  ['the one branch', (s) => Object.assign(environment(s, 'production'), { branches: 'protected' }), 'production: branches', 'select main'],
  ['only one branch', (s) => Object.assign(environment(s, 'staging'), { branches: ['main', 'x/*'] }), 'staging: branches', 'nothing else'],
  ['an environment of a role', (s) => Object.assign(s, without(s, 'ledger')), 'ledger', 'open to every branch'],
  ['the required check', (s) => dropRule(s, 0), 'main: checks', 'ci-passed'],
  ['a source of the check', (s) => Object.assign(parametersOf(s, 0), checkOf({})), 'main: checks', 'GitHub Actions as the source'],
  ['the right source', (s) => Object.assign(parametersOf(s, 0), checkOf({ integration_id: 7 })), 'main: checks', 'any token'],
  ['fresh reviews', (s) => Object.assign(parametersOf(s, 1), { dismiss_stale_reviews_on_push: false }), 'main: reviews', 'stale'],
  ['a second pair of eyes', (s) => Object.assign(parametersOf(s, 1), { require_last_push_approval: false }), 'main: reviews', 'last push'],
  [
    'rules for everybody',
    (s) => Object.assign(ruleset(s), { bypassActors: [{ actor_type: 'Team', actor_id: 12, bypass_mode: 'pull_request' }] }),
    'main: who bypasses default branch',
    'Empty',
  ],
  [
    'code owners that exist',
    (s) => Object.assign(s, { codeOwnersErrors: [{ line: 3, kind: 'Unknown owner', source: '/x @nobody' }] }),
    'CODEOWNERS',
    'ignores',
  ],
  ['code owners at all', (s) => Object.assign(s, { codeOwnersErrors: null }), 'CODEOWNERS', 'asks nobody'],
  ['the pull request', (s) => dropRule(s, 1), 'main: reviews', 'Require one'],
  ['a history that stays', (s) => dropRule(s, 2), 'main: history', 'Block them'],
  [
    'a ruleset that does more than watch',
    (s) => Object.assign(s.rulesets[0] ?? {}, { enforcement: 'evaluate' }),
    'main: code owners',
    'code owners',
  ],
  ['jobs that may only read', (s) => Object.assign(s.actions, { defaultPermissions: 'write' }), 'workflow permissions', 'only'],
  ['jobs that do not approve', (s) => Object.assign(s.actions, { mayApprovePulls: true }), 'workflow permissions', 'approving'],
  ['actions', (s) => Object.assign(s.actions, { enabled: false }), 'actions', 'Switch'],
  [
    'a subject that is trusted',
    (s) => Object.assign(s.actions, { subjectClaims: ['repo', 'actor'] }),
    'identity tokens',
    'default template',
  ],
  ['the repository that is trusted', (s) => Object.assign(s.repository, { id: 9 }), 'trust of the roles', 'aws-settings.json'],
  ['a known target', (s) => Object.assign(s.variables, { TIDEGATE_TARGET: 'azure' }), 'TIDEGATE_TARGET', 'twin or aws'],
  ["the policy's approval", (s) => Object.assign(s.variables, { TIDEGATE_APPROVAL: 'dispatch' }), 'TIDEGATE_APPROVAL', 'environment'],
  ['a freeze that can be read', (s) => Object.assign(s.variables, { TIDEGATE_FREEZE: 'until monday' }), 'TIDEGATE_FREEZE', 'ISO'],
];

test.each(MISSING)('without %s', async (_, change, name, advice) => {
  change(github.state);
  const { code, bad } = await looked();
  expect(bad.filter(({ required }) => required).map((check) => [check.name, check.advice])).toContainEqual([
    name,
    expect.stringContaining(advice),
  ]);
  expect(code).toBe(1);
});

test('what can wait is advice', async () => {
  github.state.variables['TIDEGATE_FREEZE'] = '2099-01-01T00:00:00Z the fair';
  github.state.variables['TIDEGATE_PINNED'] = 'abc1234';
  github.state.variables['TIDEGATE_ATTEST'] = 'true';
  environment(github.state, 'production').reviewers = ['octo-manager'];
  github.state.actions.shaPinningRequired = false;
  const { code, bad } = await looked();
  expect(bad.map(({ name, required }) => [name, required])).toEqual([
    ['production: reviewers', false],
    ['actions', false],
    ['TIDEGATE_FREEZE', false],
    ['TIDEGATE_PINNED', false],
    ['attestations', false],
  ]);
  expect(code).toBe(0);
});

test('nobody who may override or open the hotfix lane is told before it is 2 a.m.', async () => {
  writeFileSync(join(root, 'gates.yaml'), policyText());
  const { code, bad } = await looked();
  expect(bad).toMatchObject([{ name: 'approvers', required: false, advice: expect.stringContaining('hotfix') }]);
  expect(code).toBe(0);
});

test('who bypasses the rules is shown to few: else look yourself', async () => {
  github.state.permissions['administration'] = 'read';
  const { code, bad } = await looked();
  expect(bad).toMatchObject([{ name: 'main: who bypasses default branch', found: 'not shown', required: false }]);
  expect(code).toBe(0);
});

test.each([
  ['squashed', ['merge', 'squash'], 'merge, squash'],
  ['rebased', ['rebase'], 'rebase'],
  ['merged in any way', null, 'by any method'],
])('while the hotfix lane is open, a hotfix that may be %s is advised against', async (_, methods, found) => {
  const parameters: { allowed_merge_methods?: unknown } = parametersOf(github.state, 1);
  if (methods === null) delete parameters.allowed_merge_methods;
  else parameters.allowed_merge_methods = methods;
  const { code, bad } = await looked();
  expect(bad).toMatchObject([{ name: 'main: merging', found, required: false, advice: expect.stringContaining('merged back') }]);
  expect(code).toBe(0);
  const closed = policyWith('environment', ['octo-manager']).replace(/, hotfix: \{[^}]*\}/, '');
  expect(closed).not.toContain('hotfix: {');
  writeFileSync(join(root, 'gates.yaml'), closed);
  expect((await looked()).bad).toEqual([]);
});

describe("a variable of the organization counts, behind the repository's own", () => {
  const lacking = async () => (await looked()).bad.filter(({ name, required }) => name === 'ledger' && required);
  beforeEach(() => {
    Object.assign(github.state, without(github.state, 'ledger'));
    github.state.variables = {};
  });

  test('as target', async () => {
    expect(await lacking()).toEqual([]);
    github.state.organizationVariables = { TIDEGATE_TARGET: 'aws' };
    expect(await lacking()).toHaveLength(1);
    github.state.variables = { TIDEGATE_TARGET: 'twin' };
    expect(await lacking()).toEqual([]);
  });

  test('as a freeze', async () => {
    github.state.organizationVariables = { TIDEGATE_FREEZE: '2099-01-01T00:00:00Z the fair' };
    expect((await looked()).bad.map(({ name }) => name)).toContain('TIDEGATE_FREEZE');
  });

  test('as AWS when it cannot be read', async () => {
    github.fail({ operationId: 'actions/list-repo-organization-variables', status: 403, times: 1 });
    const { bad } = await looked();
    expect(bad.filter(({ required }) => required).map(({ name }) => name)).toEqual(['ledger', 'organization variables']);
  });
});

test('on the twin no role is at stake', async () => {
  github.state.variables = {};
  github.state.environments = github.state.environments.filter(({ name }) => name === APPROVAL);
  trust({ ...TRUSTED, owner: 'somebody' });
  const { code, bad } = await looked();
  expect(bad.map(({ required }) => required)).toEqual(Array(6).fill(false));
  expect(code).toBe(0);
});

test.each([
  [['octo-manager', 'octo-reviewer'], 0],
  [['octo-manager'], 0],
  [[], 1],
])('approval by dispatch needs approvers, and no reviewers of an environment: %j', async (approvers, expected) => {
  github.state.variables['TIDEGATE_APPROVAL'] = 'dispatch';
  environment(github.state, APPROVAL).reviewers = [];
  writeFileSync(
    join(root, 'gates.yaml'),
    policyText().replace('approval: environment, ', `approval: dispatch, approvers: [${approvers}], `),
  );
  const { code, bad } = await looked();
  expect(code).toBe(expected);
  expect(bad.map(({ name }) => name)).toEqual(approvers.length === 2 ? [] : ['approvers']);
});

describe('what cannot be read is missing', () => {
  test.each([
    ['actions', [APPROVAL, 'deployment environments', 'identity tokens']],
    ['administration', ['workflow permissions', 'actions']],
    ['variables', ['variables']],
  ])('without the right to read %s', async (right, expected) => {
    delete github.state.permissions[right];
    const { code, bad } = await looked();
    expect(bad.filter(({ found }) => found === 'cannot be read').map(({ name }) => name)).toEqual(expected);
    expect(bad.map(({ advice }) => advice).join('\n')).toContain(`${right}: read`);
    expect(code).toBe(1);
  });

  test('by the token of a job, which cannot administer', async () => {
    github.state.token.login = 'github-actions[bot]';
    github.state.permissions = { contents: 'read', actions: 'read' };
    const { code, bad } = await looked();
    expect(bad.find(({ name }) => name === 'variables')?.advice).toContain("a person's token");
    expect(code).toBe(1);
  });

  test('without a token, or of a repository that is hidden, it says so and asks for nothing more', async () => {
    const asked = github.requests().length;
    process.env['GITHUB_TOKEN'] = '';
    expect(await run()).toMatchObject({ code: 64, message: expect.stringContaining('GITHUB_TOKEN') });
    process.env['GITHUB_TOKEN'] = 'a-token';
    expect(await run('--repository', 'example-org/other')).toMatchObject({ code: 64, message: expect.stringContaining('contents: read') });
    expect(github.requests()).toHaveLength(asked + 1);
  });
});

test('both forms of the subjects are those that the roles trust', async () => {
  const { checks } = await looked();
  const settings = { github: { ...TRUSTED, deployWorkflow: '', qualifyWorkflow: '' } } as unknown as Settings;
  for (const { environment: name } of Object.values(PURPOSES)) {
    const trusted = subjects(settings, name);
    expect(checks.find((check) => check.name === `subject of ${name}`)?.found).toBe(trusted.join(' or '));
  }
  expect(subjectsOf({ ...IDENTITY, id: 1 }, 'staging')).not.toEqual(subjectsOf({ ...IDENTITY, id: 2 }, 'staging'));
});

const IDENTITY = {
  name: 'example-org/example-check-in',
  id: 1,
  ownerId: 2,
  ownerKind: 'organization',
  visibility: 'private',
  defaultBranch: 'main',
} as const;

test('names that come from the repository stay on their line', async () => {
  environment(github.state, 'staging').branches = ['main', 'x\u001b[2J\nok      everything: fine'];
  const { stdout } = await run();
  expect(stdout).not.toContain('\u001b[2J');
  expect(stdout.split('\n').filter((line) => line.startsWith('ok      everything'))).toEqual([]);
});

test.each([
  [['--target', 'aws'], '--github'],
  [['--repository', 'nonsense'], 'OWNER/NAME'],
])('%j is refused', async (args, message) => {
  expect(await run(...args)).toMatchObject({ code: 64, message: expect.stringContaining(message) });
});
