import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../../../src/twin/lambda/dispatcher';
import type { Environment, EnvironmentListener, InitResult } from '../../../src/twin/lambda/environment';
import type { Invocation, InvokeOutcome } from '../../../src/twin/lambda/invocation';

/** An environment by hand: the test says when it is ready, answers and asks again. */
interface FakeEnvironment extends Environment {
  readonly ran: string[];
  becomeReady(): Promise<void>;
  failInit(message: string): Promise<void>;
  answer(): void;
  poll(): void;
}

function fakeEnvironment(id: string, version: string, listener: EnvironmentListener): FakeEnvironment {
  const ready = Promise.withResolvers<InitResult>();
  const my = { state: 'starting' as ReturnType<Environment['state']>, free: 0, settling: 0 };
  const ran: string[] = [];
  const fake: FakeEnvironment = {
    id,
    version,
    ran,
    startedAt: 0,
    ready: ready.promise,
    pid: () => 1,
    state: () => my.state,
    free: () => my.free,
    settling: () => my.settling,
    idleSince: () => 0,
    run(invocation) {
      ran.push(invocation.requestId);
      my.free = 0;
      my.state = 'busy';
    },
    async end() {
      my.state = 'ended';
      listener.onEnded(fake, null);
    },
    async becomeReady() {
      fake.poll();
      ready.resolve({ ok: true, durationMs: 1 });
      await settled();
    },
    async failInit(message) {
      my.state = 'ended';
      listener.onEnded(fake, null);
      ready.resolve({ ok: false, error: { errorType: 'Init', errorMessage: message, trace: [] } });
      await settled();
    },
    answer() {
      my.settling = 1;
    },
    poll() {
      Object.assign(my, { free: 1, settling: 0, state: 'idle' });
      listener.onFree(fake);
    },
  };
  return fake;
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('The dispatcher', () => {
  let started: FakeEnvironment[];
  let limits: number[];
  let outcomes: Map<string, InvokeOutcome>;
  let dispatcher: Dispatcher;

  const create = (overrides: Partial<DispatcherOptions> = {}) => {
    started = [];
    limits = [];
    outcomes = new Map();
    dispatcher = createDispatcher({
      maxParallelStarts: 2,
      maxEnvironments: () => 30,
      onStart: () => {},
      maxConcurrencyPerEnvironment: 1,
      initLimitMs: 10_000,
      timeoutMs: 3_000,
      onDisturbance: () => {},
      start: async (version, limitMs, listener) => {
        limits.push(limitMs);
        const fake = fakeEnvironment(`e${started.length}`, version, listener);
        started.push(fake);
        return fake;
      },
      ...overrides,
    });
  };
  const send = async (...ids: string[]) => {
    for (const requestId of ids) {
      const settle: Invocation['settle'] = (outcome) => void outcomes.set(requestId, outcome);
      dispatcher.dispatch({ requestId, payload: Buffer.alloc(0), traceId: '', version: '1', arrivedAt: 0, settle });
    }
    await settled();
  };
  beforeEach(() => create());

  it('starts no more than two environments at a time, and no more than there are requests', async () => {
    await send('a', 'b', 'c');
    expect(started).toHaveLength(2);
    await started[0]?.becomeReady();
    expect(started).toHaveLength(3);
    await started[1]?.becomeReady();
    expect(started).toHaveLength(3);
  });

  it('hands a waiting request to whichever environment is free first, old or new', async () => {
    await send('a');
    await started[0]?.becomeReady();
    await send('b');
    expect(started).toHaveLength(2);
    started[0]?.poll();
    expect(started[0]?.ran).toEqual(['a', 'b']);
    await started[1]?.becomeReady();
    expect(started[1]?.ran).toEqual([]);
    await send('c');
    expect(started[1]?.ran).toEqual(['c']);
  });

  it('starts none for a request that comes while an environment is about to ask for more', async () => {
    await send('a');
    await started[0]?.becomeReady();
    started[0]?.answer();
    await send('b');
    expect(started).toHaveLength(1);
    await send('c');
    expect(started).toHaveLength(2);
  });

  it('takes the most recently used of those that are free', async () => {
    await send('a', 'b');
    await started[0]?.becomeReady();
    await started[1]?.becomeReady();
    started[1]?.poll();
    started[0]?.poll();
    await send('c');
    expect(started[0]?.ran).toEqual(['a', 'c']);
    started[0]?.poll();
    await send('d');
    expect(started[1]?.ran).toEqual(['b']);
  });

  it('tries a failed INIT again with the time-out of the function, then fails one request and no other', async () => {
    await send('a', 'b');
    await started[0]?.failInit('first');
    expect(outcomes.size).toBe(0);
    expect(limits).toEqual([10_000, 10_000, 3_000]);
    await started[2]?.failInit('second');
    expect(outcomes.get('a')).toMatchObject({ kind: 'function-error', error: { errorMessage: 'second' } });
    expect(outcomes.has('b')).toBe(false);
    await started[1]?.becomeReady();
    expect(started[1]?.ran).toEqual(['b']);
  });

  it('lets requests wait where the machine can carry no more environments', async () => {
    create({ maxEnvironments: () => 1 });
    await send('a', 'b');
    expect(started).toHaveLength(1);
    await started[0]?.becomeReady();
    expect(started).toHaveLength(1);
    started[0]?.poll();
    expect(started[0]?.ran).toEqual(['a', 'b']);
  });

  it('counts as capacity what is and what is being started, and tells of each start', async () => {
    let starts = 0;
    create({ onStart: () => (starts += 1) });
    await send('a', 'b', 'c');
    expect({ starts, capacity: dispatcher.capacity('1') }).toEqual({ starts: 2, capacity: 2 });
    await started[0]?.becomeReady();
    expect({ starts, capacity: dispatcher.capacity('1'), other: dispatcher.capacity('2') }).toEqual({ starts: 3, capacity: 3, other: 0 });
  });

  it('replaces an environment that ended while a request waited for it', async () => {
    await send('a');
    await started[0]?.becomeReady();
    started[0]?.answer();
    await send('b');
    expect(started).toHaveLength(1);
    await started[0]?.end('killed');
    await settled();
    expect(started).toHaveLength(2);
  });

  it('answers what waits when it is stopped', async () => {
    await send('a');
    const stopping = dispatcher.stop();
    await started[0]?.failInit('stopped');
    await stopping;
    expect(outcomes.get('a')).toMatchObject({ kind: 'unavailable' });
  });
});
