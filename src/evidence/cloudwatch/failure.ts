import { type AwsProblem, problemOf, saidBy } from '../../aws/failure';

/** Why a call to CloudWatch as a whole gave no answer. */
export interface ReadFailure {
  readonly kind: 'forbidden' | 'credentials' | 'rejected' | 'transient';
  readonly detail: string;
}

const SENTENCE: Readonly<Record<AwsProblem, string>> = {
  forbidden: 'CloudWatch refused the call',
  credentials: 'The AWS credentials are missing, wrong or expired',
  'not-found': 'CloudWatch rejected the call',
  rejected: 'CloudWatch rejected the call',
  transient: 'CloudWatch could not be read',
};

/** Sorts whatever `client.send` threw. */
export function failureOf(cause: unknown): ReadFailure {
  const problem = problemOf(cause);
  return { kind: problem === 'not-found' ? 'rejected' : problem, detail: `${SENTENCE[problem]} (${saidBy(cause)})` };
}
