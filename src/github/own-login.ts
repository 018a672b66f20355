import type { Github } from './client';
import { attempt, GithubError } from './failure';

/** Whose comments the token of a job writes. */
export const ACTIONS_LOGIN = 'github-actions[bot]';

/**
 * Whose comments our token writes. GitHub tells it to a person's token only; a job's own token, and that of any other app, is refused.
 * Then it is taken for the job's own, and whoever writes a comment learns from the answer whether that was right.
 * @throws GithubError when GitHub does not answer
 */
export async function ownLogin(github: Github): Promise<string> {
  try {
    const { data } = await attempt({ doing: 'ask whose token this is', right: 'pull-requests: write' }, () =>
      github.rest.users.getAuthenticated(),
    );
    return data.login;
  } catch (error) {
    if (error instanceof GithubError && error.problem === 'forbidden') return ACTIONS_LOGIN;
    throw error;
  }
}
