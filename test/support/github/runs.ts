import { api, page } from './addresses';
import { type Answer, type Call, found, NOT_FOUND, type Operations, ok, reads } from './call';
import { pageOf } from './paging';
import { idOf, person } from './people';
import { repositoryView } from './repository-view';
import type { JobState, RunState } from './state';

export const RUN_OPERATIONS: Operations = {
  'actions/get-workflow-run': reads('actions', (call) => found(runOf(call), (run) => ok(runView(call, run, run.attempts.length)))),
  'actions/get-workflow-run-attempt': reads('actions', (call) => ofAttempt(call, (run, attempt) => ok(runView(call, run, attempt)))),
  'actions/list-workflow-runs-for-repo': reads('actions', listRuns),
  'actions/get-reviews-for-run': reads('actions', (call) =>
    found(runOf(call), (run) => ok(run.reviews.map((review) => reviewView(call, review)))),
  ),
  'actions/list-jobs-for-workflow-run': reads('actions', (call) => found(runOf(call), (run) => listJobs(call, run, run.attempts.length))),
  'actions/list-jobs-for-workflow-run-attempt': reads('actions', (call) => ofAttempt(call, (run, attempt) => listJobs(call, run, attempt))),
};

function runOf({ state, params }: Call): RunState | undefined {
  return state.runs.find(({ id }) => id === Number(params['run_id']));
}

function ofAttempt(call: Call, answer: (run: RunState, attempt: number) => Answer): Answer {
  const attempt = Number(call.params['attempt_number']);
  return found(runOf(call), (run) => (run.attempts[attempt - 1] === undefined ? NOT_FOUND : answer(run, attempt)));
}

/** Newest first. */
function listRuns(call: Call): Answer {
  const { state, query } = call;
  const matches = (name: string, value: string | null): boolean => !query.has(name) || query.get(name) === value;
  const runs = state.runs.filter(
    (run) =>
      matches('branch', run.headBranch) &&
      matches('event', run.event) &&
      matches('head_sha', run.headSha) &&
      matches('actor', run.actor) &&
      (matches('status', run.status) || matches('status', run.conclusion)),
  );
  const { items, headers } = pageOf(call, [...runs].reverse());
  return ok({ total_count: runs.length, workflow_runs: items.map((run) => runView(call, run, run.attempts.length)) }, headers);
}

function listJobs(call: Call, run: RunState, attempt: number): Answer {
  const jobs = run.attempts[attempt - 1]?.jobs ?? [];
  const { items, headers } = pageOf(call, jobs);
  return ok({ total_count: jobs.length, jobs: items.map((job) => jobView(call, { run, attempt, job })) }, headers);
}

function runView(call: Call, run: RunState, attempt: number): unknown {
  const { id, name, event, actor, headBranch, headSha, path, status, conclusion } = run;
  const at = '2026-01-01T00:00:00Z';
  return {
    id,
    name,
    event,
    path,
    status,
    conclusion,
    head_branch: headBranch,
    head_sha: headSha,
    run_number: 1,
    run_attempt: attempt,
    workflow_id: idOf(path),
    url: api(call, `/actions/runs/${id}`),
    html_url: page(call, `/actions/runs/${id}`),
    jobs_url: api(call, `/actions/runs/${id}/jobs`),
    display_title: name,
    pull_requests: [],
    actor: person(actor),
    triggering_actor: person(run.attempts[attempt - 1]?.triggeringActor ?? actor),
    created_at: at,
    updated_at: at,
    run_started_at: at,
    repository: repositoryView(call),
    head_repository: repositoryView(call),
    head_commit: null,
  };
}

function jobView(call: Call, { run, attempt, job }: { readonly run: RunState; readonly attempt: number; readonly job: JobState }): unknown {
  const id = idOf(`job ${run.id} ${attempt} ${job.name}`);
  const at = '2026-01-01T00:00:00Z';
  return {
    id,
    run_id: run.id,
    run_attempt: job.ranInAttempt ?? attempt,
    name: job.name,
    head_sha: run.headSha,
    head_branch: run.headBranch,
    workflow_name: run.name,
    status: job.status,
    conclusion: job.status === 'completed' ? job.conclusion : null,
    url: api(call, `/actions/jobs/${id}`),
    html_url: page(call, `/actions/runs/${run.id}/job/${id}`),
    run_url: api(call, `/actions/runs/${run.id}`),
    started_at: at,
    completed_at: job.status === 'completed' ? at : null,
  };
}

function reviewView(call: Call, { state, author, comment, environments }: RunState['reviews'][number]): unknown {
  const shown = environments.map((name) => ({ id: idOf(name), name, url: api(call, `/environments/${encodeURIComponent(name)}`) }));
  return { state, comment, user: person(author), environments: shown };
}
