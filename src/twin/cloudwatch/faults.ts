/** Which metrics a fault is about; without either key, all of them. */
export interface FaultScope {
  readonly namespace?: string;
  readonly metricName?: string;
}

/** What can go wrong with the twin's CloudWatch, with what each may be told. */
export interface FaultOptions {
  /** Results are complete and empty: wrong dimensions, or metrics that never arrive. */
  readonly 'no-data': FaultScope;
  /** Every connection is reset before it is read. */
  readonly 'connection-reset': Record<never, never>;
  /** Requests are read and never answered. */
  readonly hang: Record<never, never>;
  /** The older half of the points is missing, the status says so and no token leads to the rest. */
  readonly 'partial-data': FaultScope;
  /** HTTP 200 with a result that holds nothing but the status Forbidden. */
  readonly forbidden: FaultScope;
  /** HTTP 200 with a result that holds nothing but the status InternalError. */
  readonly 'internal-error': FaultScope;
  /** The next `times` requests are throttled; all of them by default. */
  readonly throttle: { readonly times?: number };
  /** The next `times` requests end with HTTP 500; all of them by default. */
  readonly 'service-fault': { readonly times?: number };
  /** Each `every`-th period (counted on the clock) is absent; each third by default. */
  readonly 'missing-periods': FaultScope & { readonly every?: number };
  /** A period first shows a part of its samples, and all of them `periods` later (1 by default). */
  readonly 'late-revision': FaultScope & { readonly periods?: number };
}

export type FaultName = keyof FaultOptions;

export const FAULT_NAMES = [
  'no-data',
  'connection-reset',
  'hang',
  'partial-data',
  'forbidden',
  'internal-error',
  'throttle',
  'service-fault',
  'missing-periods',
  'late-revision',
] as const satisfies readonly FaultName[];

/** The faults in force. */
export interface Faults {
  get<N extends FaultName>(name: N): FaultOptions[N] | undefined;
  set<N extends FaultName>(name: N, options: FaultOptions[N]): void;
  clear(): void;
  /** @returns true when this request must fail in that way; counts it. */
  spend(name: 'throttle' | 'service-fault'): boolean;
}

export function createFaults(initial: Partial<FaultOptions>): Faults {
  let active: Partial<FaultOptions> = { ...initial };
  return {
    get: (name) => active[name],
    set(name, options) {
      active = { ...active, [name]: options };
    },
    clear() {
      active = {};
    },
    spend(name) {
      const fault = active[name];
      if (fault === undefined) return false;
      const left = fault.times ?? Number.POSITIVE_INFINITY;
      if (left <= 0) return false;
      active = { ...active, [name]: { times: left - 1 } };
      return true;
    },
  };
}

/** Whether a fault is about this metric. */
export function concerns(
  scope: FaultScope | undefined,
  metric: { readonly namespace: string; readonly metricName: string },
): scope is FaultScope {
  if (scope === undefined) return false;
  if (scope.namespace !== undefined && scope.namespace !== metric.namespace) return false;
  return scope.metricName === undefined || scope.metricName === metric.metricName;
}
