/** What kind of refusal a call to AWS met, which decides what a person (or a retry) can do about it. */
export type AwsProblem =
  /** A right is missing: waiting does not help. */
  | 'forbidden'
  /** Missing, wrong or expired credentials. */
  | 'credentials'
  /** What was asked for does not exist. */
  | 'not-found'
  /** The call itself is wrong, or its precondition does not hold. */
  | 'rejected'
  /** Throttling, faults of the service, network: the same call may succeed later. */
  | 'transient';

/** Names as the SDK gives them: for services with a query past, the query protocol's code wins ("Throttling"). */
const PROBLEM_OF_NAME: Readonly<Record<string, AwsProblem>> = {
  ...named('forbidden', ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized', 'OptInRequired', 'Forbidden']),
  ...named('credentials', [
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidClientTokenId',
    'InvalidIdentityToken',
    'InvalidIdentityTokenException',
    'UnrecognizedClientException',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'MissingAuthenticationTokenException',
    'CredentialsProviderError',
    'TokenProviderError',
    'InvalidAccessKeyId',
  ]),
  ...named('transient', [
    'Throttling',
    'ThrottlingException',
    'ThrottledException',
    'TooManyRequestsException',
    'RequestLimitExceeded',
    'LimitExceeded',
    'LimitExceededException',
    'SlowDown',
    'TimeoutError',
    'RequestTimeout',
  ]),
  ...named('not-found', [
    'ResourceNotFoundException',
    'ReplicationGroupNotFoundFault',
    'CacheClusterNotFound',
    'CacheClusterNotFoundFault',
    'DeploymentDoesNotExistException',
    'DeploymentGroupDoesNotExistException',
    'ApplicationDoesNotExistException',
    'NoSuchKey',
    'NoSuchBucket',
    'NotFound',
    'ParameterNotFound',
    'ChangeSetNotFound',
    'ChangeSetNotFoundException',
  ]),
};

function named(problem: AwsProblem, names: readonly string[]): Record<string, AwsProblem> {
  return Object.fromEntries(names.map((name) => [name, problem]));
}

/** Sorts whatever a client's `send` threw. */
export function problemOf(cause: unknown): AwsProblem {
  if (!(cause instanceof Error)) return 'transient';
  const known = PROBLEM_OF_NAME[cause.name];
  if (known !== undefined) return known;
  const status = statusOf(cause);
  if (status === 404) return 'not-found';
  // An answer to HEAD has no body, so no name.
  if (status === 403) return 'forbidden';
  return status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408 ? 'rejected' : 'transient';
}

/** `Name: message`, as AWS said it. */
export function saidBy(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/** HTTP status of an SDK error; null when there was no answer. */
function statusOf(cause: Error): number | null {
  const metadata: unknown = '$metadata' in cause ? cause.$metadata : null;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

const ADVICE: Readonly<Record<AwsProblem, string>> = {
  forbidden: 'The role lacks this right: infra/delivery/rights-of-jobs.ts says what each role may do.',
  credentials: 'Get new credentials (in GitHub Actions: `id-token: write` and the role of this job) and run it again.',
  'not-found': 'Check the names in the policy and the region.',
  rejected: 'AWS does not accept the call as it stands.',
  transient: 'AWS did not answer in time; run it again.',
};

/** A call to AWS that did not succeed, in words that a person can act on. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly problem: AwsProblem;
  constructor(problem: AwsProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

/**
 * Runs one call.
 * @param doing what it is for, completing "Could not ...": `read the stack CheckInStaging`
 * @throws AwsError with what AWS said and what to do
 */
export async function attempt<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof AwsError || (cause instanceof Error && cause.name === 'AbortError')) throw cause;
    const problem = problemOf(cause);
    throw new AwsError(problem, `Could not ${doing} (${saidBy(cause)}). ${ADVICE[problem]}`, cause);
  }
}
