import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../house/source-files';
import * as rules from './rules';
import { sourceOf, workflowOf, workflows } from './workflow-files';

const ROLE = 'TIDEGATE_ROLE_ARN: "$' + '{{ vars.TIDEGATE_ROLE_ARN }}"';

/** A workflow of ours that somebody has changed. */
interface Bad {
  readonly what: string;
  readonly in: string;
  readonly from: string;
  readonly to: string;
}

interface Row {
  readonly name: string;
  readonly rule: rules.Rule;
  readonly bad: readonly Bad[];
}

const ROWS: readonly Row[] = [
  {
    name: 'every `uses:` is a full SHA + version comment, also `actions/*`',
    rule: rules.pinned,
    bad: [
      { what: 'a tag', in: 'deploy', from: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', to: 'actions/checkout@v7' },
      { what: 'a commit that nobody looked at', in: 'deploy', from: '@3d3c42e5aac5ba805825da76410c181273ba90b1', to: `@${'0'.repeat(40)}` },
      { what: 'a comment that lies', in: 'qualify', from: '# v7.0.1', to: '# v6.0.0' },
      { what: 'another action', in: 'delivery', from: 'actions/attest@', to: 'octo-author/attest@' },
    ],
  },
  {
    name: 'own actions by a path that a run cannot plant',
    rule: rules.ownActions,
    bad: [{ what: 'a folder that a step can write', in: 'qualify', from: './.github/actions/gate', to: './tmp/gate' }],
  },
  {
    name: '`permissions: {}` on top, rights per job, each with a reason comment',
    rule: rules.leastPrivilege,
    bad: [
      { what: 'rights for all', in: 'delivery', from: '\npermissions: {}\n', to: '\npermissions: { contents: read }\n' },
      { what: 'the default rights', in: 'delivery', from: '\npermissions: {}\n', to: '\n' },
      { what: 'a job that has those of all', in: 'pull-request', from: '    permissions: {}\n', to: '' },
      { what: 'a right without a reason', in: 'delivery', from: ' # who approved this run', to: '' },
    ],
  },
  {
    name: '`persist-credentials: false`',
    rule: rules.noCredentialsLeft,
    bad: [{ what: 'credentials that stay', in: 'deploy', from: 'with: { persist-credentials: false }', to: 'with: {}' }],
  },
  {
    name: 'no expression inside `run:`',
    rule: rules.noTemplateInShell,
    bad: [
      {
        what: "a branch's name in a shell",
        in: 'hotfix',
        from: 'git checkout --quiet --detach "$COMMIT"',
        to: `git checkout \${{ inputs.branch }}`,
      },
    ],
  },
  {
    name: 'no `pull_request_target`, `workflow_run`, `issue_comment` deploys',
    rule: rules.harmlessTriggers,
    bad: [
      { what: "a fork's code with the base's rights", in: 'pull-request', from: 'pull_request:', to: 'pull_request_target:' },
      { what: 'a comment that deploys', in: 'rollback', from: 'workflow_dispatch:', to: 'issue_comment:' },
    ],
  },
  {
    name: 'no caches in jobs that build what is deployed',
    rule: rules.noCache,
    bad: [
      { what: 'a cache by default', in: 'release', from: ', package-manager-cache: false', to: '' },
      { what: 'a cache of packages', in: 'release', from: 'package-manager-cache: false', to: 'package-manager-cache: false, cache: npm' },
      {
        what: 'a cache of its own',
        in: 'delivery',
        from: 'uses: ./.github/actions/set-up',
        to: 'uses: actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae',
      },
    ],
  },
  {
    name: 'no `npm i <pkg>` in steps; `npm ci --ignore-scripts` from lockfile',
    rule: rules.onlyLocked,
    bad: [
      { what: 'a package from anywhere', in: 'pull-request', from: 'run: npm test', to: 'run: npm install left-pad' },
      { what: 'a program from anywhere', in: 'pull-request', from: 'run: npm test', to: 'run: npx some-linter' },
      { what: "packages' own scripts", in: 'delivery', from: 'npm run setup -- --packages', to: 'npm ci' },
    ],
  },
  {
    name: 'no repo secrets, no `secrets: inherit`',
    rule: rules.noSecrets,
    bad: [
      { what: 'a secret', in: 'deploy', from: 'vars.TIDEGATE_ROLE_ARN', to: 'secrets.ROLE_ARN' },
      {
        what: 'all of them',
        in: 'delivery',
        from: '    uses: ./.github/workflows/qualify.yml\n',
        to: '    uses: ./.github/workflows/qualify.yml\n    secrets: inherit\n',
      },
    ],
  },
  {
    name: "no role but for the command's own step",
    rule: rules.ownRole,
    bad: [
      { what: 'a role for all steps of a job', in: 'deploy', from: '    steps:\n', to: `    env: { ${ROLE} }\n    steps:\n` },
      { what: 'a role for all jobs', in: 'qualify', from: '\njobs:\n', to: `\nenv: { ${ROLE} }\njobs:\n` },
      {
        what: "a role for somebody else's action",
        in: 'deploy',
        from: '        with: { name: release, path: tidegate-release }\n',
        to: `        with: { name: release, path: tidegate-release }\n        env: { ${ROLE} }\n`,
      },
      {
        what: 'a role for an action that never needs one',
        in: 'qualify',
        from: 'uses: ./.github/actions/gate\n        env:',
        to: 'uses: ./.github/actions/set-up\n        env:',
      },
      {
        what: 'a role for another program',
        in: 'deploy',
        from: 'run: node "$TIDEGATE" record',
        to: 'run: node "$RUNNER_TEMP/tidegate" record',
      },
      {
        what: 'a role as an input',
        in: 'qualify',
        from: '          expect: ',
        to: `          role: ${ROLE.slice(ROLE.indexOf('"'))}\n          expect: `,
      },
      {
        what: 'a session for the whole job',
        in: 'deploy',
        from: '          AWS_REGION: ',
        to: `          AWS_ACCESS_KEY_ID: ${'$'}{{ vars.KEY }}\n          AWS_REGION: `,
      },
    ],
  },
  {
    name: 'artifacts from the same run only',
    rule: rules.ownArtifacts,
    bad: [
      {
        what: "another run's",
        in: 'deploy',
        from: '{ name: release, path: tidegate-release }',
        to: '{ name: release, path: tidegate-release, run-id: 1 }',
      },
      { what: 'all that there are', in: 'deploy', from: '{ name: release, path: tidegate-release }', to: '{ path: tidegate-release }' },
    ],
  },
  {
    name: 'no writes to `GITHUB_ENV`/`GITHUB_PATH`',
    rule: rules.noEnvironmentFiles,
    bad: [{ what: 'a variable for later steps', in: 'delivery', from: '>>"$GITHUB_OUTPUT"', to: '>>"$GITHUB_ENV"' }],
  },
  {
    name: 'tool versions pinned',
    rule: rules.pinnedTools,
    bad: [{ what: 'any Node', in: 'release', from: 'node-version: 24.21.0', to: 'node-version: lts/*' }],
  },
  {
    name: '`timeout-minutes` on each job',
    rule: rules.bounded,
    bad: [
      { what: 'six hours by default', in: 'qualify', from: '    timeout-minutes: 5\n', to: '' },
      { what: 'more than a night', in: 'qualify', from: 'timeout-minutes: 240', to: 'timeout-minutes: 1440' },
    ],
  },
  {
    name: '`if: always()` aggregate check',
    rule: rules.endsInVerdict,
    bad: [
      {
        what: 'one that is skipped with what it looks at',
        in: 'delivery',
        from: '    needs: [build, qualify, attest, approve, promote, conclude]\n    if: always()\n',
        to: '    needs: [build, qualify, attest, approve, promote, conclude]\n',
      },
      { what: 'one that is never red', in: 'pull-request', from: 'gates $GATES"\n          exit 1', to: 'gates $GATES"\n          exit 0' },
    ],
  },
  {
    name: '`if:` conditions bare, `contains()` on arrays',
    rule: rules.bareConditions,
    bad: [
      {
        what: 'an expression with a blank behind it',
        in: 'hotfix',
        from: "if: needs.build.result == 'success'",
        to: `if: "\${{ needs.build.result == 'success' }} "`,
      },
      {
        what: 'a part of a text',
        in: 'hotfix',
        from: "if: needs.build.result == 'success'",
        to: `if: "contains('success failure', needs.build.result)"`,
      },
    ],
  },
  {
    name: 'deployment workflows keep `cancel-in-progress: false`',
    rule: rules.nothingCutShort,
    bad: [
      {
        what: 'a promotion',
        in: 'delivery',
        from: 'group: production, cancel-in-progress: false, queue: max',
        to: 'group: production, cancel-in-progress: true',
      },
      {
        what: 'a qualification',
        in: 'hotfix',
        from: 'group: staging, cancel-in-progress: false',
        to: 'group: staging, cancel-in-progress: true',
      },
      { what: 'a rollback', in: 'rollback', from: 'cancel-in-progress: false, queue: max', to: 'cancel-in-progress: true' },
    ],
  },
  {
    name: 'what fails in front of a pipe fails',
    rule: rules.failsInPipes,
    bad: [{ what: "GitHub's own shell", in: 'deploy', from: 'defaults: { run: { shell: bash } }', to: '' }],
  },
  {
    name: 'workflow files open with PROCESS / USAGE / NOTES',
    rule: rules.header,
    bad: [{ what: 'no notes', in: 'approve', from: '# NOTES: ', to: '# ' }],
  },
];

describe.each(ROWS)('$name', ({ rule, bad }) => {
  test('holds', () => {
    expect(workflows().flatMap((file) => rule(file).map((problem) => `${file.name}: ${problem}`))).toEqual([]);
  });

  test.each(bad)('catches $what', ({ in: name, from, to }) => {
    const source = sourceOf(name);
    const changed = source.replace(from, () => to);
    expect(changed).not.toBe(source);
    expect(rule(workflowOf(name, changed))).not.toEqual([]);
  });
});

describe('rulesets as code, CODEOWNERS on `.github/` and gate policy', () => {
  const ruleset = JSON.parse(readFileSync(join(ROOT, '.github', 'rulesets', 'main.json'), 'utf8'));
  const owned = readFileSync(join(ROOT, '.github', 'CODEOWNERS'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/));

  test('the default branch takes reviewed pull requests that have passed, and no force', () => {
    expect(ruleset).toMatchObject({ enforcement: 'active', bypass_actors: [], conditions: { ref_name: { include: ['~DEFAULT_BRANCH'] } } });
    expect(ruleset.rules).toEqual(
      expect.arrayContaining([
        { type: 'deletion' },
        { type: 'non_fast_forward' },
        {
          type: 'pull_request',
          parameters: expect.objectContaining({ require_code_owner_review: true, require_last_push_approval: true }),
        },
      ]),
    );
  });

  test('the check that it requires is a job of pull-request', () => {
    const required = ruleset.rules.find((rule: { type: string }) => rule.type === 'required_status_checks').parameters
      .required_status_checks;
    expect(required).toEqual([{ context: 'ci-passed', integration_id: 15368 }]);
    expect(workflowOf('pull-request', sourceOf('pull-request')).workflow.jobs).toHaveProperty('ci-passed');
  });

  test.each(['/.github/', '/.github/gates.yaml', '/infra/'])('%s has owners', (path) => {
    expect(owned).toContainEqual([path, '@example-org/release-managers']);
  });

  test('what is owned exists', () => {
    // SECURITY.md comes with the documents.
    expect(owned.map(([path = '']) => path).filter((path) => path !== '/SECURITY.md' && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

test('new versions wait some days, for every ecosystem that is used', () => {
  const { updates } = parse(readFileSync(join(ROOT, '.github', 'dependabot.yml'), 'utf8'));
  expect(updates.map((update: { 'package-ecosystem': string }) => update['package-ecosystem'])).toEqual([
    'github-actions',
    'npm',
    'gomod',
    'pip',
  ]);
  for (const { cooldown } of updates) expect(cooldown['default-days']).toBeGreaterThanOrEqual(7);
});
