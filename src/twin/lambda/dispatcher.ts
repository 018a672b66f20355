import type { Environment, EnvironmentListener, InitResult } from './environment';
import { errorOutcome, type Invocation } from './invocation';

/** One version's environments and the invocations that wait for one. */
interface Pool {
  readonly version: string;
  readonly environments: Set<Environment>;
  /** Environments that can take a request, the most recently used one last. */
  readonly stack: Environment[];
  readonly waiting: Invocation[];
  starting: number;
}

export interface Dispatcher {
  /** Gives an accepted invocation to the most recently used free environment, or starts one for it. */
  dispatch(invocation: Invocation): void;
  /** Requests that the version's environments can work on at once, those that are being started included. */
  capacity(version: string): number;
  environments(): readonly Environment[];
  /** Environments started and most alive at once, since the beginning. */
  totals(): { readonly started: number; readonly peak: number };
  /** Ends every environment, fails what waits, and takes nothing more. */
  stop(): Promise<void>;
}

export interface DispatcherOptions {
  /** Starts at a time, over all versions: on two cores more only make all of them slower. */
  readonly maxParallelStarts: number;
  /** Environments of one version: what the machine can carry, or what is reserved. Above it invocations wait. */
  maxEnvironments(): number;
  readonly maxConcurrencyPerEnvironment: number;
  /** Milliseconds of Lambda's INIT phase. */
  readonly initLimitMs: number;
  /** Milliseconds for a second INIT, which is part of the invocation. */
  readonly timeoutMs: number;
  /** An environment was ended by neither the release nor the twin's own rules. */
  onDisturbance(detail: string): void;
  /** An environment is being started: concurrency has reached a new level. */
  onStart(): void;
  start(version: string, initLimitMs: number, listener: EnvironmentListener): Promise<Environment>;
}

interface Shared {
  readonly options: DispatcherOptions;
  readonly pools: Map<string, Pool>;
  readonly totals: { started: number; peak: number };
  readonly starts: Set<Promise<void>>;
  stopped: boolean;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const shared: Shared = {
    options,
    pools: new Map(),
    totals: { started: 0, peak: 0 },
    starts: new Set(),
    stopped: false,
  };
  const environments = () => [...shared.pools.values()].flatMap((pool) => [...pool.environments]);
  return {
    dispatch(invocation) {
      if (shared.stopped) return invocation.settle({ kind: 'unavailable', detail: 'The function was stopped.' }, 0);
      const pool = poolOf(shared, invocation.version);
      pool.waiting.push(invocation);
      pump(shared, pool);
    },
    capacity(version) {
      const pool = shared.pools.get(version);
      return pool === undefined ? 0 : sizeOf(pool) * options.maxConcurrencyPerEnvironment;
    },
    environments,
    totals: () => ({ ...shared.totals }),
    async stop() {
      shared.stopped = true;
      for (const pool of shared.pools.values()) {
        for (const invocation of pool.waiting.splice(0)) {
          invocation.settle({ kind: 'unavailable', detail: 'The function was stopped.' }, 0);
        }
      }
      await Promise.all(environments().map((environment) => environment.end('stopped')));
      // A start that was under way ends its environment by itself.
      await Promise.all(shared.starts);
    },
  };
}

function poolOf(shared: Shared, version: string): Pool {
  const known = shared.pools.get(version);
  if (known !== undefined) return known;
  const pool: Pool = { version, environments: new Set(), stack: [], waiting: [], starting: 0 };
  shared.pools.set(version, pool);
  return pool;
}

/** Hands out what waits to whatever is free, then starts what is still short. */
function pump(shared: Shared, pool: Pool): void {
  for (let top = pool.stack.at(-1); top !== undefined && pool.waiting.length > 0; top = pool.stack.at(-1)) {
    if (top.free() > 0) top.run(pool.waiting.shift() as Invocation);
    if (top.free() === 0) pool.stack.pop();
  }
  const { maxConcurrencyPerEnvironment, maxParallelStarts } = shared.options;
  const coming = () => pool.starting * maxConcurrencyPerEnvironment + settlingOf(pool);
  const mayStart = () => shared.starts.size < maxParallelStarts && sizeOf(pool) < shared.options.maxEnvironments();
  while (!shared.stopped && pool.waiting.length > coming() && mayStart()) {
    const start = startOne(shared, pool).then(() => {
      shared.starts.delete(start);
      for (const each of shared.pools.values()) pump(shared, each);
    });
    shared.starts.add(start);
  }
}

/** Environments that are, and those that are coming. */
function sizeOf(pool: Pool): number {
  let begun = 0;
  for (const environment of pool.environments) begun += environment.state() === 'starting' ? 0 : 1;
  return begun + pool.starting;
}

/** An environment that has just answered asks for work within a moment: no reason to start another one. */
function settlingOf(pool: Pool): number {
  let settling = 0;
  for (const environment of pool.environments) settling += environment.settling();
  return settling;
}

/** Lambda tries a failed INIT once more as part of the invocation (lambda-runtime-environment page), then it fails. */
async function startOne(shared: Shared, pool: Pool): Promise<void> {
  pool.starting += 1;
  shared.options.onStart();
  let result = await initialise(shared, pool, shared.options.initLimitMs);
  if (!result.ok && pool.waiting.length > 0) result = await initialise(shared, pool, shared.options.timeoutMs);
  pool.starting -= 1;
  if (!result.ok) {
    const { errorType, errorMessage, trace } = result.error;
    pool.waiting.shift()?.settle(errorOutcome(pool.version, errorType, errorMessage, trace), 0);
  }
}

async function initialise(shared: Shared, pool: Pool, limitMs: number): Promise<InitResult> {
  if (shared.stopped) return failure('The function was stopped.');
  try {
    const environment = await shared.options.start(pool.version, limitMs, listenerOf(shared, pool));
    if (environment.state() !== 'ended') pool.environments.add(environment);
    shared.totals.started += 1;
    const alive = [...shared.pools.values()].reduce((sum, each) => sum + each.environments.size, 0);
    shared.totals.peak = Math.max(shared.totals.peak, alive);
    if (shared.stopped) await environment.end('stopped');
    return await environment.ready;
  } catch (error) {
    return failure((error as Error).message);
  }
}

function failure(message: string): InitResult {
  return { ok: false, error: { errorType: 'Sandbox.StartFailed', errorMessage: message, trace: [] } };
}

function listenerOf(shared: Shared, pool: Pool): EnvironmentListener {
  const remove = (environment: Environment) => {
    const index = pool.stack.indexOf(environment);
    if (index >= 0) pool.stack.splice(index, 1);
  };
  return {
    onFree(environment) {
      remove(environment);
      pool.stack.push(environment);
      pump(shared, pool);
    },
    onEnded(environment, disturbance) {
      if (disturbance !== null) shared.options.onDisturbance(disturbance);
      remove(environment);
      pool.environments.delete(environment);
      // Its answered request may have been counted as coming capacity.
      pump(shared, pool);
    },
  };
}
