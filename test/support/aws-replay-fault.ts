/** What goes wrong between a client and a service. */
export type Fault =
  /** Refused with the service's throttling error, so many times. */
  | { readonly kind: 'throttle'; readonly times: number; readonly operation?: string }
  /** Refused as expired for as long as this key signs. */
  | { readonly kind: 'expired'; readonly accessKeyId: string; readonly operation?: string }
  /** The connection is reset before an answer, so many times. */
  | { readonly kind: 'reset'; readonly times: number; readonly operation?: string }
  /** The answer comes so many milliseconds late, so many times. */
  | { readonly kind: 'delay'; readonly ms: number; readonly times: number; readonly operation?: string };

/** Faults that wait for requests of one service. */
export interface Faults {
  add(fault: Fault): void;
  /** The faults that this request meets, in the order of their adding; counts them. */
  take(call: { readonly operation: string; readonly signedBy: string }): readonly Fault[];
}

export function createFaults(): Faults {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      waiting.push({ fault, left: 'times' in fault ? fault.times : Number.POSITIVE_INFINITY });
    },
    take: ({ operation, signedBy }) => {
      const met = waiting.filter(({ fault }) => {
        if (fault.operation !== undefined && fault.operation !== operation) return false;
        return fault.kind !== 'expired' || fault.accessKeyId === signedBy;
      });
      for (const entry of met) entry.left -= 1;
      waiting = waiting.filter(({ left }) => left > 0);
      return met.map(({ fault }) => fault);
    },
  };
}
