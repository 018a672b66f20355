/** Why a call to CloudWatch as a whole gave no answer. */
export type ReadFailure =
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'credentials'; readonly detail: string }
  | { readonly kind: 'rejected'; readonly detail: string }
  /** Throttling, faults of the service, network: the same call may succeed later. */
  | { readonly kind: 'transient'; readonly detail: string };

/** Names as the SDK gives them: for services with a query past, the query protocol's code wins ("Throttling"). */
const FORBIDDEN = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'NotAuthorized', 'OptInRequired']);
const CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'CredentialsProviderError',
  'TokenProviderError',
]);
const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceeded',
  'LimitExceededException',
]);

/** Sorts whatever `client.send` threw. */
export function failureOf(cause: unknown): ReadFailure {
  if (!(cause instanceof Error)) return { kind: 'transient', detail: `CloudWatch could not be reached: ${String(cause)}` };
  const said = `${cause.name}: ${cause.message}`;
  if (FORBIDDEN.has(cause.name)) return { kind: 'forbidden', detail: `CloudWatch refused the call (${said})` };
  if (CREDENTIALS.has(cause.name)) return { kind: 'credentials', detail: `The AWS credentials are missing, wrong or expired (${said})` };
  if (THROTTLED.has(cause.name)) return { kind: 'transient', detail: `CloudWatch throttled the call (${said})` };
  const status = statusOf(cause);
  if (status !== null && status >= 400 && status < 500 && status !== 429 && status !== 408) {
    return { kind: 'rejected', detail: `CloudWatch rejected the call (${said})` };
  }
  return { kind: 'transient', detail: `CloudWatch could not be read (${said})` };
}

/** HTTP status of an SDK error; null when there was no answer. */
function statusOf(cause: Error): number | null {
  const metadata: unknown = '$metadata' in cause ? cause.$metadata : null;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return null;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}
