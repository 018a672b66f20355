import { type Github, placeOf } from './client';
import type { RunFacts } from './delivery-facts';
import { attempt } from './failure';

const READ = 'actions: read';

export interface RunAttempt {
  readonly run: RunFacts;
  /** When this attempt began: ISO. */
  readonly startedAt: string;
}

/** @throws GithubError */
export async function runAttempt(github: Github, id: number, number: number): Promise<RunAttempt> {
  const { data } = await attempt({ doing: `read attempt ${number} of run ${id}`, right: READ }, () =>
    github.rest.actions.getWorkflowRunAttempt({ ...placeOf(github), run_id: id, attempt_number: number }),
  );
  return {
    run: {
      id: data.id,
      attempt: data.run_attempt ?? number,
      url: data.html_url,
      event: data.event,
      // A person whom GitHub does not name is on no list of approvers.
      actor: data.actor?.login ?? '',
      triggeringActor: data.triggering_actor?.login ?? '',
      headBranch: data.head_branch ?? '',
      headSha: data.head_sha,
      // Some answers add `@` and the branch.
      workflow: data.path.replace(/@.*$/, ''),
    },
    startedAt: data.run_started_at ?? data.created_at,
  };
}

/** A job as one attempt of a run lists it. */
export interface Job {
  /** `caller / called` when it runs inside a reusable workflow. */
  readonly name: string;
  /** `success`, `failure`, `skipped`, ...; null while it runs. */
  readonly conclusion: string | null;
  /** The attempt that it says it ran in. */
  readonly attempt: number | null;
  /** ISO; null before it started. */
  readonly startedAt: string | null;
}

/** @throws GithubError */
export async function jobsOfAttempt(github: Github, id: number, number: number): Promise<readonly Job[]> {
  const found = await attempt({ doing: `list the jobs of run ${id}`, right: READ }, () =>
    github.paginate(github.rest.actions.listJobsForWorkflowRunAttempt, {
      ...placeOf(github),
      run_id: id,
      attempt_number: number,
      per_page: 100,
    }),
  );
  return found.map(({ name, conclusion, run_attempt, started_at }) => ({
    name,
    conclusion,
    attempt: run_attempt ?? null,
    startedAt: started_at ?? null,
  }));
}

/**
 * Whether a job ran in this very attempt, and ended well. A re-run lists jobs that it took over from an earlier attempt: such a one says so, or
 * began before the attempt did. Several jobs of the name must all have done so.
 */
export function ranInAttempt(jobs: readonly Job[], name: string, { run, startedAt }: RunAttempt): boolean {
  const named = jobs.filter((job) => job.name === name || job.name.endsWith(` / ${name}`));
  return (
    named.length > 0 &&
    named.every(
      (job) =>
        job.conclusion === 'success' &&
        job.attempt === run.attempt &&
        job.startedAt !== null &&
        Date.parse(job.startedAt) >= Date.parse(startedAt),
    )
  );
}
