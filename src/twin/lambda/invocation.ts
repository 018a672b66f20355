/** What a failed invocation reports, in the shape that the Runtime API and Invoke use. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** How a synchronous invocation ended. `version` is the one that executed it. */
export type InvokeOutcome =
  | { readonly kind: 'response'; readonly payload: Buffer; readonly version: string }
  | { readonly kind: 'function-error'; readonly error: FunctionError; readonly version: string }
  | { readonly kind: 'throttled'; readonly reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'unavailable'; readonly detail: string };

/** Bytes of a synchronous request or response: 6 MB (Lambda quotas, "Invocation payload"). */
export const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;

/** One accepted invocation from arrival until its outcome. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: Buffer;
  readonly traceId: string;
  readonly version: string;
  /** Epoch milliseconds of arrival: the timestamp of its metrics (monitoring-metrics-types: "when the function was invoked"). */
  readonly arrivedAt: number;
  /** `durationMs`: from the hand-over to the runtime until its answer; 0 when no runtime ever got it. */
  settle(outcome: InvokeOutcome, durationMs: number): void;
}

export function responseOutcome(payload: Buffer, version: string): InvokeOutcome {
  return { kind: 'response', payload, version };
}

export function errorOutcome(version: string, errorType: string, errorMessage: string, trace: readonly string[] = []): InvokeOutcome {
  return { kind: 'function-error', error: { errorType, errorMessage, trace }, version };
}

/** Reads the body that a runtime posts to `/error` or `/init/error`; a body that is no such JSON is still an error. */
export function parseFunctionError(body: Buffer, headerType: string | undefined): FunctionError {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null) {
      const { errorType, errorMessage, trace, stackTrace } = value as Record<string, unknown>;
      const lines = Array.isArray(trace) ? trace : Array.isArray(stackTrace) ? stackTrace : [];
      return {
        errorType: typeof errorType === 'string' ? errorType : (headerType ?? 'Error'),
        errorMessage: typeof errorMessage === 'string' ? errorMessage : '',
        trace: lines.map(String),
      };
    }
  } catch {
    // A runtime that dies half way posts half a body: the invocation failed all the same.
  }
  return { errorType: headerType ?? 'Runtime.Unknown', errorMessage: body.toString('utf8'), trace: [] };
}
