import { type Github, placeOf } from './client';
import type { ApprovalReview } from './delivery-facts';
import { attempt } from './failure';

/**
 * What people said to a run's requests to enter one deployment environment, all attempts together: GitHub names none.
 * @throws GithubError
 */
export async function reviewsOfRun(github: Github, run: number, environment: string): Promise<readonly ApprovalReview[]> {
  const { data } = await attempt({ doing: `read the approvals of run ${run}`, right: 'actions: read' }, () =>
    github.rest.actions.getReviewsForRun({ ...placeOf(github), run_id: run }),
  );
  const wanted = environment.toLowerCase();
  return data
    .filter(({ environments }) => environments.some(({ name }) => name?.toLowerCase() === wanted))
    .flatMap(({ user, state, comment }) => (state === 'pending' ? [] : [{ who: user.login, state, comment }]));
}
