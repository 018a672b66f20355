import { type Github, placeOf } from './client';
import { attempt } from './failure';

export interface Deployment {
  readonly id: number;
  readonly commit: string;
  readonly ref: string;
  /** ISO. */
  readonly createdAt: string;
}

const READ = 'deployments: read';
/** Deployments that are looked at, newest first; each costs a request. */
const MOST = 30;

/**
 * The newest deployment to an environment that ever succeeded. It need not succeed any more: GitHub calls it inactive once a newer one did.
 * @param except a commit whose deployments are passed over: what was there before it is asked for
 * @returns null when none of the latest 30 did
 * @throws GithubError
 */
export async function latestDeployment(github: Github, environment: string, except: string | null = null): Promise<Deployment | null> {
  const { data } = await attempt({ doing: `list the deployments to ${environment}`, right: READ }, () =>
    github.rest.repos.listDeployments({ ...placeOf(github), environment, per_page: MOST }),
  );
  for (const { id, sha, ref, created_at } of data) {
    if (sha === except) continue;
    const statuses = await attempt({ doing: `read the deployment ${id}`, right: READ }, () =>
      github.paginate(github.rest.repos.listDeploymentStatuses, { ...placeOf(github), deployment_id: id, per_page: 100 }),
    );
    if (statuses.some(({ state }) => state === 'success')) return { id, commit: sha, ref, createdAt: created_at };
  }
  return null;
}
