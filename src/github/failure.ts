/** What kind of refusal a call to GitHub met, which decides what a person (or a retry) can do about it. */
export type GithubProblem =
  /** A right is missing, or the conversation is locked: waiting does not help. */
  | 'forbidden'
  /** It does not exist, or GitHub hides it from this token. */
  | 'not-found'
  /** The call itself is wrong. */
  | 'invalid'
  | 'rate-limited'
  /** Faults of the service, time-outs, network: the same call may succeed later. */
  | 'unavailable';

/** A call to GitHub that did not succeed, in words that a person can act on. */
export class GithubError extends Error {
  override readonly name = 'GithubError';
  readonly problem: GithubProblem;
  constructor(problem: GithubProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/** What a call is for. */
export interface Purpose {
  /** Completes "Could not ...": `read the approvals of run 7`. */
  readonly doing: string;
  /** The right that it needs, as a workflow writes it: `actions: read`. */
  readonly right: string;
}

/**
 * Runs one call.
 * @throws GithubError with what GitHub said and what to do; anything that is no answer of GitHub is thrown as it is
 */
export async function attempt<T>(purpose: Purpose, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    const problem = problemOf(refusal);
    throw new GithubError(problem, `Could not ${purpose.doing} (${said(refusal)}). ${advice(problem, refusal, purpose)}`, error);
  }
}

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** False when nothing came back at all: the client calls that 500. */
  readonly answered: boolean;
}

/** Octokit's error by its shape; null for anything else, which is a fault of ours. */
function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response: unknown = 'response' in error ? error.response : undefined;
  const answered = typeof response === 'object' && response !== null && 'headers' in response;
  const headers = answered && typeof response.headers === 'object' && response.headers !== null ? { ...response.headers } : {};
  return { status: error.status, message: error.message, headers, answered };
}

function problemOf({ status, message, headers }: Refusal): GithubProblem {
  const limited = /rate limit/i.test(message) || headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  if (status === 429 || (status === 403 && limited)) return 'rate-limited';
  if (status === 401 || status === 403 || status === 451) return 'forbidden';
  // An unknown commit is 404 to some questions and 422 to others.
  if (status === 404 || status === 410 || /^no commit found/i.test(message)) return 'not-found';
  return status >= 400 && status < 500 ? 'invalid' : 'unavailable';
}

const LONGEST_SAYING = 300;

function said({ status, message, answered }: Refusal): string {
  const line = message.replace(/\s+/g, ' ').slice(0, LONGEST_SAYING);
  return answered ? `HTTP ${status}: ${line}` : `no answer: ${line}`;
}

/** Rights of a repository that `permissions:` does not know. */
const NO_JOB_HAS = /^(administration|variables):/;

function advice(problem: GithubProblem, { status, message, headers }: Refusal, { right }: Purpose): string {
  switch (problem) {
    case 'forbidden':
      if (/\blocked\b/i.test(message)) return 'The conversation is locked: somebody who may has to unlock it.';
      if (NO_JOB_HAS.test(right))
        return `No job can have the right \`${right}\`: ask with a person's token for this repository that has it.`;
      return status === 401
        ? 'The token is missing or no longer good: give the step `env: GITHUB_TOKEN` with the token of this job.'
        : `The job needs this line below \`permissions:\`: \`${right}\`. A run of a fork's pull request cannot have it.`;
    case 'not-found':
      return `Either it does not exist, or GitHub hides it from a token without \`${right}\`.`;
    case 'rate-limited':
      return `GitHub's limit on requests is used up${resetOf(headers)}; run it again then.`;
    case 'invalid':
      return 'GitHub does not accept the request as it stands.';
    case 'unavailable':
      return 'GitHub did not answer in time; run it again, and see its status page.';
  }
}

function resetOf(headers: Refusal['headers']): string {
  const wait = Number(headers['retry-after']);
  if (Number.isFinite(wait) && wait > 0) return ` for another ${wait} s`;
  const reset = Number(headers['x-ratelimit-reset']);
  return Number.isFinite(reset) && reset > 0 ? ` until ${new Date(reset * 1000).toISOString()}` : '';
}
