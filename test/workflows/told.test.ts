import { JOB_ENDS, JOBS } from '../../src/pipeline/concluded';
import { PUBLISH_STATES } from '../../src/pipeline/publish-content';
import { type Job, jobsOf, stepsOf, workflows } from './workflow-files';

const files = workflows();
const all = files.flatMap(jobsOf);
const PUBLISH = './.github/actions/publish-report';
const publishing = files.flatMap(stepsOf).filter(({ step }) => step.uses === PUBLISH);
const concluding = all.flatMap(({ at, job }) =>
  job.steps.filter(({ with: inputs }) => inputs['state'] === 'concluded').map((step) => ({ at, job, step })),
);

test('whatever promotes is concluded, however it ends: a comment never stays at a question that nobody answers', () => {
  const promotes = files.filter(({ workflow }) => Object.values(workflow.jobs).some((job) => job.with['operation'] === 'promote'));
  expect(promotes.map(({ name }) => name)).toEqual(['approve', 'delivery', 'hotfix', 'override']);
  expect(concluding.map(({ at }) => at)).toEqual(promotes.map(({ name }) => `${name}/conclude`));
  for (const { job } of concluding) {
    expect(job.if).toMatch(/^always\(\)/);
    expect(job.needs).toContain('promote');
  }
});

test('it is told how each job ended that stands between the evidence and production', () => {
  for (const { at, job, step } of concluding) {
    const said = String(step.with['jobs']);
    const workflow = files.find(({ name }) => at.startsWith(`${name}/`))?.workflow;
    const expected = JOBS.filter((name) => workflow?.jobs[name] !== undefined && name in jobsTold(said));
    expect({ at, told: Object.keys(jobsTold(said)) }).toEqual({ at, told: expected });
    for (const [name, value] of Object.entries(jobsTold(said))) {
      expect(value).toBe(['$', `{{ needs.${name}.result }}`].join(''));
      expect(job.needs).toContain(name);
    }
    if (at.startsWith('delivery/') || at.startsWith('hotfix/')) expect(Object.keys(jobsTold(said))).toEqual([...JOBS]);
  }
  expect(JOB_ENDS).toEqual(['success', 'failure', 'cancelled', 'skipped']);
});

test('with a batch, production’s commit before it moved comes from the promotion, not from GitHub’s deployments', () => {
  const told = concluding.filter(({ step }) => 'batch' in step.with);
  expect(told.map(({ at }) => at)).toEqual(['approve/conclude', 'delivery/conclude', 'override/conclude']);
  for (const { step } of told) expect(step.with['base']).toBe('$' + '{{ needs.promote.outputs.production-commit }}');
});

test('every state that a workflow publishes is one that the command has', () => {
  const states = publishing.flatMap(({ step }) => [
    ...String(step.with['state'] ?? 'report').matchAll(/^[a-z-]+$|'([a-z-]+)'(?= \|\||\s*\}\})|&& '([a-z-]+)'/g),
  ]);
  const named = new Set(states.map((match) => match[1] ?? match[2] ?? match[0]));
  expect([...named].filter((state) => !PUBLISH_STATES.some((each) => each === state))).toEqual([]);
  expect([...named]).toEqual(expect.arrayContaining(['queued', 'deploying', 'testing', 'awaiting-approval', 'promoting', 'concluded']));
});

test('promoting is told beside the promotion, which does not wait for it, and before the end is', () => {
  for (const name of ['delivery', 'hotfix']) {
    const jobs = files.find((file) => file.name === name)?.workflow.jobs ?? {};
    expect(jobs['promote']?.needs).not.toContain('promoting');
    expect(jobs['conclude']?.needs).toContain('promoting');
    expect(condition(jobs['promoting'])).toBe(condition(jobs['promote']));
  }
});

test('gates are annotated once in a run', () => {
  for (const { name } of files) {
    const loud = publishing.filter(({ at, step }) => at.startsWith(`${name}/`) && step.with['annotate'] !== false);
    const withGates = loud.filter(({ step }) => !['queued', 'deploying', 'testing'].includes(String(step.with['state'])));
    const exclusive = name === 'pull-request' ? 2 : 1;
    expect({ name, loud: withGates.length <= exclusive }).toEqual({ name, loud: true });
  }
});

test('a report is named by the attempt that wrote it: a run that is repeated cannot show an earlier one', () => {
  const artifacts = files.flatMap(stepsOf).filter(({ step }) => /^actions\/(up|down)load-artifact@/.test(step.uses ?? ''));
  const uploads = artifacts.filter(({ step }) => step.uses?.startsWith('actions/upload') && step.with['path'] === 'tidegate-report');
  expect(uploads.length).toBeGreaterThan(3);
  for (const { at, step } of uploads)
    expect({ at, name: step.with['name'] }).toEqual({ at, name: expect.stringContaining('-$' + '{{ github.run_attempt }}') });
  const downloads = artifacts.filter(({ step }) => step.uses?.startsWith('actions/download') && /report/.test(String(step.with['path'])));
  expect(downloads.length).toBeGreaterThan(9);
  for (const { at, step } of downloads)
    expect({ at, name: step.with['name'] }).toEqual({
      at,
      name: expect.stringMatching(/^\$\{\{ (needs\.(twin|qualify|promote)\.outputs|inputs)\.report-artifact \}\}$/),
    });
});

test('both pull request jobs compare the policy of the merge with that of the base it was made with', () => {
  for (const { at, job } of all.filter(({ at: where }) => where === 'pull-request/comment' || where === 'pull-request/summary')) {
    const checkout = job.steps.find(({ with: inputs }) => inputs['path'] === 'tmp/merge');
    expect({ at, with: checkout?.with }).toMatchObject({ at, with: { ref: '$' + '{{ github.sha }}', 'fetch-depth': 2 } });
    const published = job.steps.find(({ uses }) => uses === PUBLISH)?.with;
    expect(published).toMatchObject({
      'policy-base': '$' + '{{ runner.temp }}/base.yaml',
      'policy-head': '$' + '{{ runner.temp }}/proposed.yaml',
    });
    expect(job.steps.find(({ run }) => run?.includes('HEAD^1:.github/gates.yaml >"$RUNNER_TEMP/base.yaml"'))).toBeDefined();
  }
});

test('the reason of a promotion goes with it, whatever lane it takes', () => {
  const promote = all.find(({ at }) => at === 'deploy/promote')?.job.steps.find(({ id }) => id === 'promote');
  expect(promote?.run).toContain('if [[ -n $REASON ]]; then arguments+=("--reason=$REASON"); fi');
  for (const at of ['approve/promote', 'hotfix/promote'])
    expect(all.find((each) => each.at === at)?.job.with['reason']).toBe('$' + '{{ inputs.reason }}');
});

test('what was attested is verified whole: assembly, package, report and evidence', () => {
  const verify = all.find(({ at }) => at === 'deploy/promote')?.job.steps.find(({ run }) => run?.includes('gh attestation verify'));
  expect(verify?.run).toContain('for file in "$assembly" "$package" "$report" "$evidence"; do');
});

function condition(job: Job | undefined): string {
  return (job?.if ?? '').replace(/\s+/g, ' ').trim();
}

function jobsTold(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}
