import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PURPOSES } from '../../infra/delivery/purposes';
import { readSettings } from '../../infra/settings';
import { APPROVE_JOB, DEPLOYMENT_ENVIRONMENTS } from '../../src/contract';
import { ROOT } from '../house/source-files';
import { JOBS, TRIGGERS } from './expected-jobs';
import { type Job, jobsOf, stepsOf, type WorkflowFile, workflows } from './workflow-files';

const ROLE_OF_ENVIRONMENT = { TIDEGATE_ROLE_ARN: '$' + '{{ vars.TIDEGATE_ROLE_ARN }}', AWS_REGION: '$' + '{{ vars.AWS_REGION }}' };

const files = workflows();
const all = files.flatMap((file) => jobsOf(file));

test('each job has exactly the rights, minutes, needs, environment and concurrency of the table', () => {
  expect(all.map(({ at, job }) => rowOf(at, job))).toEqual(JOBS);
});

test('each workflow starts by what the table says and nothing else', () => {
  expect(Object.fromEntries(files.map(({ name, workflow }) => [name, triggersOf(workflow.on)]))).toEqual(TRIGGERS);
});

test('a job is granted what it calls for and no more', () => {
  const wrong = all.flatMap(({ at, job }) => {
    const called = /\/workflows\/([\w-]+)\.yml$/.exec(job.uses ?? '')?.[1];
    if (called === undefined) return [];
    const asked = rightsWithin(called);
    const granted = job.permissions ?? {};
    return [...new Set([...Object.keys(asked), ...Object.keys(granted)])].flatMap((right) =>
      asked[right] === granted[right]
        ? []
        : [`${at}: ${right} ${granted[right] ?? 'not granted'}, asked for ${asked[right] ?? 'by nobody'}`],
    );
  });
  expect(wrong).toEqual([]);
});

/** Skipped with them is whatever comes after: they are not met, or do not exist on a target, as a whole. */
const SKIPS_ALL_AFTER = [
  'github.ref_name == github.event.repository.default_branch',
  "github.event_name == 'schedule' || github.ref_name == github.event.repository.default_branch",
  "inputs.target == 'aws'",
];

/** Jobs that GitHub would skip because one before them was: without a status function `success()` is added, and it looks at all ancestors. */
function skippedWithAncestors({ name, workflow: { jobs } }: WorkflowFile): readonly string[] {
  return Object.entries(jobs).flatMap(([id, job]) => {
    if (/\b(always|cancelled|failure)\(\)/.test(job.if ?? '')) return [];
    const skippable = before(jobs, id).filter((each) => jobs[each]?.if !== undefined && !SKIPS_ALL_AFTER.includes(jobs[each]?.if ?? ''));
    return skippable.length === 0 ? [] : [`${name}/${id} is skipped with ${skippable.join(', ')}`];
  });
}

test('no job is skipped because one of its ancestors was', () => {
  expect(files.flatMap(skippedWithAncestors)).toEqual([]);
});

test('the rule sees the full qualification of a hotfix that would never run', () => {
  const hotfix = files.find(({ name }) => name === 'hotfix');
  const requalify = hotfix?.workflow.jobs['requalify'];
  if (hotfix === undefined || requalify === undefined) throw new Error('no such job');
  const jobs = { ...hotfix.workflow.jobs, requalify: { ...requalify, if: "needs.promote.outputs.promotion-state == 'promoted'" } };
  expect(skippedWithAncestors({ ...hotfix, workflow: { ...hotfix.workflow, jobs } }).join()).toContain('hotfix/requalify is skipped with');
});

test('a job that only comments cannot make anything fail', () => {
  const commenting = all.filter(({ at }) => /\/(queued|deploying|testing|promoting)$/.test(at));
  expect(commenting.map(({ job }) => job['continue-on-error'])).toEqual([true, true, true, true, true]);
});

test('needs name jobs of the same workflow, without circles', () => {
  for (const { workflow } of files) {
    for (const [id, job] of Object.entries(workflow.jobs)) {
      expect(job.needs.filter((name) => workflow.jobs[name] === undefined)).toEqual([]);
      expect(before(workflow.jobs, id)).not.toContain(id);
    }
  }
});

describe('the job that a person approves', () => {
  const approving = all.filter(({ job }) => job.environment?.name === DEPLOYMENT_ENVIRONMENTS.approval);

  test('is called as the guard looks for it, and can do nothing', () => {
    expect(approving.map(({ at }) => at)).toEqual(['delivery/approve', 'hotfix/approve', 'override/approve']);
    for (const { id, job } of approving) {
      expect(id).toBe(APPROVE_JOB);
      expect(job['name']).toBeUndefined();
      expect(job.permissions).toEqual({});
      expect(job.environment?.deployment).toBe(false);
      expect(job.steps.some(({ uses }) => uses !== undefined)).toBe(false);
    }
  });

  test('asks about no other candidate while one is pinned: the pinned one keeps its question', () => {
    for (const { job } of approving.filter(({ at }) => at !== 'override/approve'))
      expect(job.if).toMatch(/startsWith\([\w.]*digest, vars\.TIDEGATE_PINNED\).*format\('sha256:\{0\}', vars\.TIDEGATE_PINNED\)/s);
  });

  test('is asked only once the evidence is published, and a promotion needs it or a dispatch', () => {
    for (const file of files.filter(({ workflow }) => workflow.jobs[APPROVE_JOB] !== undefined)) {
      const { approve, promote } = file.workflow.jobs;
      if (file.name !== 'override') expect(approve?.needs).toContain('report');
      expect(promote?.needs).toContain('approve');
      expect(promote?.if).toContain("needs.approve.result == 'success'");
    }
  });
});

describe('whatever changes something', () => {
  const settings = readSettings(join(ROOT, 'infra', 'aws-settings.json'));
  const roles = all.filter(({ job }) => job.steps.some(({ env }) => 'TIDEGATE_ROLE_ARN' in env));

  test('is in the workflow that its role trusts and in its environment, where one step becomes that role', () => {
    const trusted = Object.values(PURPOSES).map(({ environment, workflow }) => ({ environment, file: settings.github[workflow] }));
    for (const { at, job } of roles) {
      const purpose = trusted.find(({ environment }) => environment === job.environment?.name);
      expect({ at, file: purpose?.file }).toEqual({ at, file: `.github/workflows/${at.split('/')[0]}.yml` });
      const steps = job.steps.filter(({ env }) => 'TIDEGATE_ROLE_ARN' in env);
      expect(steps).toEqual([expect.objectContaining({ env: expect.objectContaining(ROLE_OF_ENVIRONMENT) })]);
      expect(job.permissions).toMatchObject({ 'id-token': 'write' });
    }
    expect([...new Set(roles.map(({ job }) => job.environment?.name))].sort()).toEqual(
      trusted.map(({ environment }) => environment).sort(),
    );
  });

  test('is reached only by a call', () => {
    for (const name of ['deploy', 'qualify'])
      expect(Object.keys(files.find((file) => file.name === name)?.workflow.on ?? {})).toEqual(['workflow_call']);
  });

  test('runs no code of a candidate', () => {
    for (const { job } of roles) {
      const checkout = job.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
      expect(checkout).toBeDefined();
      expect([undefined, '$' + '{{ github.event.repository.default_branch }}']).toContain(checkout?.with['ref']);
      const install = job.steps.find(({ uses }) => uses === './.github/actions/set-up')?.with['install-command'];
      expect(['', '$' + "{{ inputs.target == 'twin' && 'npm run setup' || '' }}"]).toContain(install);
    }
  });

  test('never runs on the twin, where a release is started, beside a token that a role would take', () => {
    const refusing = all.filter(({ job }) => job.steps[0]?.if === "inputs.target == 'twin' && vars.TIDEGATE_ROLE_ARN != ''");
    expect(refusing.map(({ at }) => at)).toEqual(['deploy/promote', 'deploy/rollback']);
    for (const { job } of refusing) expect(job.steps[0]?.run).toMatch(/\bexit 1$/m);
  });

  test('may ask for a token, and nothing else may but what signs and what publishes', () => {
    const may = all.filter(({ job }) => job.uses === undefined && job.permissions?.['id-token'] === 'write').map(({ at }) => at);
    expect(may).toEqual(
      [...roles.map(({ at }) => at), 'delivery/attest', 'hotfix/attest', 'release/attest', 'release/publish'].sort(asListed),
    );
  });

  test('begins, where a person begins it, on the default branch only', () => {
    for (const file of files.filter(({ workflow }) => 'workflow_dispatch' in workflow.on)) {
      const first = jobsOf(file).filter(({ job }) => job.needs.length === 0);
      for (const { at, job } of first)
        expect({ at, if: job.if }).toEqual({
          at,
          if: expect.stringContaining('github.ref_name == github.event.repository.default_branch'),
        });
    }
  });
});

describe("a pull request's own code", () => {
  const file = files.find(({ name }) => name === 'pull-request');
  const { comment, summary, twin, checks } = file?.workflow.jobs ?? {};

  test('has no right but reading, and asks for no token', () => {
    for (const job of [twin, checks]) expect(job?.permissions).toEqual({ contents: 'read' });
  });

  test("does not judge or tell: the jobs that speak run the base's, and the report lies beside their checkout", () => {
    for (const job of [comment, summary]) {
      expect(job?.steps[0]?.with).toEqual({ ref: '$' + '{{ github.event.pull_request.base.sha }}', 'persist-credentials': false });
      const download = job?.steps.find(({ uses }) => uses?.startsWith('actions/download-artifact@'));
      expect(download?.with).toEqual({
        name: '$' + '{{ needs.twin.outputs.report-artifact }}',
        path: '$' + '{{ runner.temp }}/report',
      });
      expect(job?.steps.filter(({ run }) => run !== undefined && !run.startsWith('git -C tmp/merge show HEAD:'))).toEqual([]);
      expect(job?.steps.find(({ uses }) => uses === './.github/actions/set-up')?.with['install-command']).toBe('');
    }
  });

  test('of a fork is told in the summary, of the repository in a comment: one or the other', () => {
    const same = 'github.event.pull_request.head.repo.full_name == github.repository';
    expect(comment?.if).toBe(`always() && ${same}`);
    expect(summary?.if).toBe(`always() && ${same.replace('==', '!=')}`);
  });
});

test("pull-request runs the README's two commands", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const commands = ['test', 'check'].map((name) => new RegExp(`<!-- command: ${name} -->\\n\`\`\`sh\\n(.+)\\n`).exec(readme)?.[1]);
  const steps = stepsOf(files.find(({ name }) => name === 'pull-request') as WorkflowFile);
  expect(steps.filter(({ at }) => at.startsWith('pull-request/checks')).flatMap(({ step }) => step.run ?? [])).toEqual(commands);
});

test("each lane qualifies with its profile, which is the policy's except for the nightly soak", () => {
  const asked = all
    .filter(({ job }) => job.uses === './.github/workflows/qualify.yml')
    .map(({ at, job }) => [at, job.with['profile'], job.with['hotfix']]);
  expect(asked).toEqual([
    ['delivery/qualify', undefined, undefined],
    ['hotfix/qualify', undefined, '$' + '{{ inputs.branch }}'],
    ['hotfix/requalify', undefined, undefined],
    ['nightly-soak/qualify', 'nightly', undefined],
  ]);
  const gates = all.flatMap(({ at, job }) =>
    job.steps.filter(({ uses }) => uses === './.github/actions/gate').map((step) => ({ at, step })),
  );
  const told = gates.filter(({ step }) => step.with['hotfix'] === '$' + "{{ inputs.hotfix != '' }}");
  expect(told.map(({ at }) => at)).toEqual(['qualify/gate-twin', 'qualify/gate-aws']);
});

test("only a twin's programs are fetched: the launcher that does it starts nothing else", () => {
  const lines = [...files.map(({ source }) => source), ...['gate', 'publish-report'].map(actionSource)].flatMap((source) =>
    source.split('\n'),
  );
  const launched = lines.filter((line) => line.includes('tidegate.mjs') && !line.trim().startsWith('#'));
  expect(launched.length).toBeGreaterThan(1);
  expect(launched.filter((line) => !/inputs\.target == 'twin'|\$TARGET == twin/.test(line))).toEqual([]);
});

function actionSource(name: string): string {
  return readFileSync(join(ROOT, '.github', 'actions', name, 'action.yml'), 'utf8');
}

/** In the order of the table. */
function asListed(a: string, b: string): number {
  const place = (at: string) => all.findIndex((each) => each.at === at);
  return place(a) - place(b);
}

function rowOf(at: string, job: Job): readonly string[] {
  const { permissions = {}, needs, environment, concurrency, uses } = job;
  const rights = Object.entries(permissions).map(([name, access]) => `${name}: ${access}`);
  const limit = uses === undefined ? `${job['timeout-minutes']} min` : `calls ${uses.replace(/^.*\//, '')}`;
  const where = environment === undefined ? '' : `${environment.name}${environment.deployment === false ? ', no deployment' : ''}`;
  const group =
    concurrency === undefined
      ? ''
      : [
          concurrency.group,
          concurrency['cancel-in-progress'] ? 'newest' : 'never cut',
          ...(concurrency.queue === undefined ? [] : ['all wait']),
        ].join(', ');
  return [at, rights.join(', '), limit, needs.join(', '), where, group];
}

function triggersOf(on: Readonly<Record<string, unknown>>): string {
  return Object.entries(on)
    .map(([name, filter]) => {
      if (filter === null || name === 'workflow_call' || name === 'workflow_dispatch') return name;
      return `${name} ${JSON.stringify(filter)}`;
    })
    .join(', ');
}

/** What any job of a called workflow asks for, and of those that it calls. */
function rightsWithin(called: string): Readonly<Record<string, string>> {
  const jobs = files.filter(({ name }) => name === called).flatMap(jobsOf);
  const rights: Record<string, string> = {};
  for (const { job } of jobs)
    for (const [name, access] of Object.entries(job.permissions ?? {})) if (rights[name] !== 'write') rights[name] = access;
  return rights;
}

function before(jobs: Readonly<Record<string, Job>>, id: string, seen: ReadonlySet<string> = new Set()): readonly string[] {
  if (seen.has(id)) return [id];
  return (jobs[id]?.needs ?? []).flatMap((name) => [name, ...before(jobs, name, new Set([...seen, id]))]);
}
