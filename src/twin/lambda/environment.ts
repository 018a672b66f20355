import type { FunctionError, Invocation } from './invocation';

export type EnvironmentState = 'starting' | 'idle' | 'busy' | 'ended';
export type EndReason = 'killed' | 'timeout' | 'init-timeout' | 'idle' | 'retired' | 'stopped';
export type InitResult = { readonly ok: true; readonly durationMs: number } | { readonly ok: false; readonly error: FunctionError };

/** One execution environment: a process, its Runtime API, its network and its log. */
export interface Environment {
  readonly id: string;
  readonly version: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Settles once: INIT ended, well or not. */
  readonly ready: Promise<InitResult>;
  pid(): number;
  state(): EnvironmentState;
  /** Requests that it could take now. */
  free(): number;
  /** Requests that it has answered without asking for the next one yet: capacity within a moment. */
  settling(): number;
  /** Epoch milliseconds at which it last became idle. */
  idleSince(): number;
  /** Thaws it and hands over. Only when `free()` is positive. */
  run(invocation: Invocation): void;
  /** Ends it without a farewell; resolves when nothing of it is left. */
  end(reason: EndReason): Promise<void>;
}

/** What an environment tells whoever dispatches to it. */
export interface EnvironmentListener {
  /** It asked for work, after INIT and after each invocation; it is frozen afterwards unless it is given some. */
  onFree(environment: Environment): void;
  /** `disturbance`: set when neither the release nor the twin's own rules ended it, in one sentence. */
  onEnded(environment: Environment, disturbance: string | null): void;
}
