import type { LambdaPackage, MetricSink, TierHealth } from '../ports';
import { type AliasRoute, aliasRoute, routedVersions } from './alias';
import { createDispatcher, type Dispatcher } from './dispatcher';
import type { EnvironmentState } from './environment';
import { type FunctionSettings, startEnvironment } from './environment-factory';
import type { InvokeOutcome } from './invocation';
import { createInvoker, type Invoker } from './invoker';
import { type ReapingRules, reapReason } from './reaper';
import type { Versions } from './versions';

export interface FunctionOptions {
  readonly settings: FunctionSettings;
  readonly versions: Versions;
  readonly alias: string;
  readonly metrics: MetricSink;
  /** Milliseconds between two heartbeats of ConcurrentExecutions. */
  readonly periodMs: number;
  /** Invocations at once where nothing is reserved: the account's quota. More are throttled. */
  readonly concurrencyLimit: number;
  readonly maxEnvironments: number;
  readonly maxParallelStarts: number;
  readonly initLimitMs: number;
  readonly reaping: ReapingRules;
  /** In [0, 1): decides between the two versions of an alias. */
  random(): number;
}

export interface EnvironmentView {
  readonly id: string;
  readonly version: string;
  readonly pid: number;
  readonly state: EnvironmentState;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** A Lambda function with versions and one alias. */
export interface LambdaFunction {
  invoke(payload: Buffer, traceId: string): Promise<InvokeOutcome>;
  /** Unpacks and numbers a package; nothing runs it yet. @throws when it is not what its digest says. */
  publish(pkg: LambdaPackage): Promise<string>;
  /** @throws RangeError for an unknown version or a weight outside 0 to 1. */
  pointAlias(version: string, secondary?: AliasRoute['secondary']): void;
  route(): AliasRoute | null;
  /** @throws RangeError for a version that was never published. */
  digestOf(version: string): string;
  setReservedConcurrency(environments: number | null): void;
  reservedConcurrency(): number | null;
  environments(): readonly EnvironmentView[];
  totals(): { readonly started: number; readonly peak: number };
  /** SIGKILL to one environment, the most recently started one for `any`. @returns its id, null when there is none. */
  killEnvironment(which: string): Promise<string | null>;
  /** Not ok once an environment was ended from outside, by a fault or by anybody else: stays so. */
  health(): TierHealth;
  /** Ends every process; what runs or waits fails. May be called twice. */
  stop(): Promise<void>;
}

export function createFunction(options: FunctionOptions): LambdaFunction {
  const { settings, versions } = options;
  let health: TierHealth = { ok: true };
  const routing = { route: null as AliasRoute | null, since: Date.now() };
  const dispatcher: Dispatcher = createDispatcher({
    maxEnvironments: () => Math.min(options.maxEnvironments, invoker.reserved() ?? options.maxEnvironments),
    maxParallelStarts: options.maxParallelStarts,
    maxConcurrencyPerEnvironment: settings.maxConcurrencyPerEnvironment,
    initLimitMs: options.initLimitMs,
    timeoutMs: settings.timeoutMs,
    onDisturbance(detail) {
      if (health.ok) health = { ok: false, detail };
    },
    onStart: () => invoker.sample(),
    start: (version, limitMs, listener) => startEnvironment(settings, versions.get(version), limitMs, listener),
  });
  const invoker: Invoker = createInvoker(options, dispatcher, () => routing.route);
  const stopReaping = startReaping(dispatcher, routing, options.reaping);
  return {
    invoke: invoker.invoke,
    publish: async (pkg) => (await versions.publish(pkg)).version,
    pointAlias(version, secondary = null) {
      for (const named of routedVersions(aliasRoute(version, secondary))) versions.get(named);
      routing.route = aliasRoute(version, secondary);
      routing.since = Date.now();
    },
    route: () => routing.route,
    digestOf: (version) => versions.get(version).digest,
    setReservedConcurrency: invoker.reserve,
    reservedConcurrency: invoker.reserved,
    environments: () => viewsOf(dispatcher),
    totals: dispatcher.totals,
    killEnvironment: (which) => kill(dispatcher, which),
    health: () => health,
    stop: () => stopAll(dispatcher, invoker, stopReaping),
  };
}

function viewsOf(dispatcher: Dispatcher): EnvironmentView[] {
  const alive = dispatcher.environments().filter((environment) => environment.state() !== 'ended');
  return alive.map((environment) => ({
    id: environment.id,
    version: environment.version,
    pid: environment.pid(),
    state: environment.state(),
    startedAt: environment.startedAt,
  }));
}

async function kill(dispatcher: Dispatcher, which: string): Promise<string | null> {
  const alive = dispatcher.environments().filter((environment) => environment.state() !== 'ended');
  const chosen = which === 'any' ? alive.at(-1) : alive.find((environment) => environment.id === which);
  if (chosen === undefined) return null;
  await chosen.end('killed');
  return chosen.id;
}

function startReaping(
  dispatcher: Dispatcher,
  routing: { readonly route: AliasRoute | null; readonly since: number },
  rules: ReapingRules,
): () => void {
  const interval = Math.max(50, Math.min(1_000, rules.retireAfterMs / 4, rules.idleTimeoutMs / 4));
  const timer = setInterval(() => {
    const routed = routedVersions(routing.route);
    for (const environment of dispatcher.environments()) {
      const reason = reapReason(environment, routed, routing.since, Date.now(), rules);
      if (reason !== null) void environment.end(reason);
    }
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}

async function stopAll(dispatcher: Dispatcher, invoker: Invoker, stopReaping: () => void): Promise<void> {
  stopReaping();
  invoker.stop();
  await dispatcher.stop();
}
