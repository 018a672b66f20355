/** A failure that a test asks for. */
export interface Fault {
  /** Any operation when it is left out. */
  readonly operationId?: string;
  /** `reset`: the connection ends without an answer. `none`: the right answer, after `delayMs`. */
  readonly status: number | 'reset' | 'none';
  /** How many requests it meets; 1 when left out. */
  readonly times?: number;
  /** In lower case. `retry-after` beside 403 or 429 makes a secondary rate limit of it, `x-ratelimit-remaining: 0` a primary one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of what GitHub says with this status. */
  readonly message?: string;
  readonly delayMs?: number;
  /** The request takes effect all the same: only its answer is lost. */
  readonly applied?: boolean;
}

export interface Faults {
  add(fault: Fault): void;
  /** @returns the oldest failure for this operation that is not used up. */
  take(operationId: string): Fault | null;
}

export function createFaults(): Faults {
  const pending: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => pending.push({ fault, left: fault.times ?? 1 }),
    take: (operationId) => {
      const next = pending.find(({ fault, left }) => left > 0 && (fault.operationId ?? operationId) === operationId);
      if (next === undefined) return null;
      next.left -= 1;
      return next.fault;
    },
  };
}

const WORDS: Readonly<Record<number, string>> = {
  401: 'Bad credentials',
  403: 'Resource not accessible by integration',
  404: 'Not Found',
  409: 'Conflict',
  410: 'This issue was deleted',
  422: 'Validation Failed',
  429: 'Too Many Requests',
  500: 'Server Error',
  502: 'Server Error',
  503: 'Service Unavailable',
};

/** What GitHub says with the status of a fault. */
export function faultMessage({ status, message, headers = {} }: Fault): string {
  if (message !== undefined) return message;
  if (headers['retry-after'] !== undefined)
    return 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  if (headers['x-ratelimit-remaining'] === '0') return 'API rate limit exceeded for installation ID 1.';
  return typeof status === 'number' ? (WORDS[status] ?? `HTTP ${status}`) : status;
}
