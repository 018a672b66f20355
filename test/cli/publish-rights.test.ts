import { jobsOf, workflows } from '../workflows/workflow-files';
import { HISTORY, passed, publishBench } from './publish-bench';

const open = publishBench();

/** Every job that publishes with a comment, and whether it lists the batch. */
const publishing = workflows()
  .flatMap(jobsOf)
  .flatMap(({ at, job }) =>
    job.steps
      .filter(({ uses, with: inputs }) => uses === './.github/actions/publish-report' && inputs['comment'] !== false)
      .map((step) => ({ at, batch: 'batch' in step.with, permissions: job.permissions ?? {} })),
  );

test('there are jobs that publish, with and without the batch', () => {
  expect(publishing.map(({ at }) => at)).toEqual(expect.arrayContaining(['delivery/report', 'delivery/promoting', 'hotfix/conclude']));
  expect(new Set(publishing.map(({ batch }) => batch)).size).toBe(2);
});

test.each(publishing)('$at may do what it does, in a private repository', async ({ at, batch, permissions }) => {
  const context = at.startsWith('pull-request/') ? { eventName: 'pull_request' } : {};
  const bench = await open({ state: { ...HISTORY, repository: { visibility: 'private' }, permissions }, context });
  const early = /queued|deploying|testing/.exec(at)?.[0];
  bench.write(passed());
  const { warnings } = await bench.publish('--state', early ?? 'concluded', ...(batch ? ['--batch'] : []));
  expect(warnings).toEqual([]);
  expect(bench.comments(45)).toHaveLength(1);
  expect(bench.comments(44)).toHaveLength(batch ? 1 : 0);
});
