import type { AwsClients } from '../../../src/aws/clients';
import type { Clock } from '../../../src/targets/aws/clock';

/**
 * A clock that stands still while a request to AWS is under way and otherwise jumps to whatever is due next: hours pass
 * in milliseconds, in the same order each time.
 */
export interface VirtualClock extends Clock {
  /** Does something when that much time has passed, before anybody who sleeps until then wakes up. */
  after(milliseconds: number, act: () => Promise<void> | void): void;
  /** Does something each time that the clock is about to wake somebody. */
  always(act: () => Promise<void> | void): void;
  /** Wakes nobody any more: what a failing test left behind sleeps for good. */
  freeze(): void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => Promise<void> | void;
  readonly wakes: boolean;
}

export function virtualClock(clients: AwsClients, start: Date): VirtualClock {
  let now = start.getTime();
  let underWay = 0;
  let order = 0;
  let advancing = false;
  let frozen = false;
  let queue: Due[] = [];
  const always: (() => Promise<void> | void)[] = [];
  const add = (at: number, wakes: boolean, run: Due['run']): Due => {
    const due = { at: Math.round(at), order: ++order, run, wakes };
    queue = [...queue, due].sort((a, b) => a.at - b.at || Number(a.wakes) - Number(b.wakes) || a.order - b.order);
    return due;
  };
  const advance = async (): Promise<void> => {
    if (advancing) return;
    advancing = true;
    for (;;) {
      await settled();
      if (frozen || underWay > 0 || !queue.some(({ wakes }) => wakes)) break;
      const [next, ...rest] = queue;
      if (next === undefined) break;
      queue = rest;
      now = Math.max(now, next.at);
      if (next.wakes) for (const act of always) await act();
      await next.run();
    }
    advancing = false;
  };
  count(clients, (change) => {
    underWay += change;
    if (underWay === 0) void advance();
  });
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((wake, fail) => {
        const due = add(now + milliseconds, true, wake);
        signal?.addEventListener('abort', () => {
          queue = queue.filter((each) => each !== due);
          fail(signal.reason);
        });
        void advance();
      }),
    after: (milliseconds, act) => void add(now + milliseconds, false, act),
    always: (act) => void always.push(act),
    freeze: () => {
      frozen = true;
    },
  };
}

/** Lets whoever was woken go on to their next request or sleep. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function count({ cloudFormation, cloudWatch, codeDeploy, elastiCache, lambda }: AwsClients, change: (by: 1 | -1) => void): void {
  for (const client of [cloudFormation, cloudWatch, codeDeploy, elastiCache, lambda]) {
    // Each client has its own types for the same thing.
    const { middlewareStack } = client as typeof lambda;
    middlewareStack.add(
      (next) => async (args) => {
        change(1);
        try {
          return await next(args);
        } finally {
          change(-1);
        }
      },
      { step: 'initialize', priority: 'high', name: 'countsRequests' },
    );
  }
}
