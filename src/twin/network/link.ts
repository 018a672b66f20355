import { Socket } from 'node:net';
import type { NetworkConditions } from './conditions';
import { createDelayLine } from './delay-line';
import { createLostLink } from './lost-link';

/** One connection of an environment to the cache, as its relay sees it. */
export interface Link {
  /** Re-reads the conditions: begins or ends a black hole. */
  adapt(): void;
  /** Breaks both sides at once. */
  cut(): void;
  /** The node vanishes without a word: the client's side stays open and silent for good. */
  lose(): void;
  /** Of the node at the other end; null when it is lost. */
  readonly port: number | null;
}

export interface LinkOptions {
  readonly client: Socket;
  readonly upstream: { readonly host: string; readonly port: number };
  conditions(): NetworkConditions;
  /** Calls exactly one of both: the client's side is gone because it was closed, or because its environment died. */
  clientGone(closed: () => void, died: () => void): void;
  /** Milliseconds for which the cache's side outlives a dead environment. */
  readonly holdMs: number;
  onClosed(): void;
}

/** Joins an accepted socket with a fresh one to the cache's present address. */
export function createLink(options: LinkOptions): Link {
  const { client } = options;
  const upstream = new Socket({ allowHalfOpen: true }).setNoDelay(true);
  let hold: NodeJS.Timeout | null = null;
  let begun = false;
  let lost: Link | null = null;
  const silent = () => options.conditions().blackHole || hold !== null;
  const answers = createDelayLine((chunk) => forward(chunk, upstream, client, silent));

  const adapt = () => {
    if (silent()) {
      client.pause();
      upstream.pause();
      return;
    }
    // A connection that is asked for in a black hole reaches the cache only when the hole closes.
    if (!begun) upstream.connect(options.upstream);
    begun = true;
    client.resume();
    upstream.resume();
  };
  const release = (destroy: (socket: Socket) => void) => {
    if (hold !== null) clearTimeout(hold);
    answers.clear();
    destroy(client);
    destroy(upstream);
    // A socket that never began to connect has no close of its own to tell.
    if (!begun) options.onClosed();
  };
  const linger = () => {
    hold = setTimeout(() => release((socket) => socket.destroy()), options.holdMs);
    hold.unref();
    adapt();
  };
  onceClientGone(client, (reset) => {
    options.clientGone(() => (reset ? upstream.resetAndDestroy() : upstream.end()), linger);
  });
  client.on('data', (chunk: Buffer) => forward(chunk, client, upstream, silent));
  upstream.on('data', (chunk: Buffer) => answers.push(chunk, options.conditions().delayMs));
  upstream.on('end', () => answers.drained(() => client.end()));
  // A refused connection reaches the client as a reset: the relay has accepted it and cannot refuse it any more.
  upstream.on('error', () => client.resetAndDestroy());
  upstream.on('close', () => {
    if (hold !== null) clearTimeout(hold);
    answers.drained(() => client.destroySoon());
    options.onClosed();
  });
  const lose = () => {
    if (hold !== null) return release((socket) => socket.destroy());
    answers.clear();
    client.removeAllListeners();
    upstream.removeAllListeners().on('error', () => undefined);
    upstream.destroy();
    lost = createLostLink(client, options.onClosed);
  };
  adapt();
  return {
    get port() {
      return lost === null ? options.upstream.port : null;
    },
    adapt: () => lost ?? adapt(),
    cut: () => (lost === null ? release((socket) => socket.resetAndDestroy()) : lost.cut()),
    lose,
  };
}

/** Calls back once when the client's side is over: with an orderly end, or by a reset. */
function onceClientGone(client: Socket, gone: (reset: boolean) => void): void {
  let told = false;
  const tell = (reset: boolean) => () => {
    if (!told) gone(reset);
    told = true;
  };
  client.on('end', tell(false));
  client.on('error', tell(true));
  client.on('close', tell(true));
}

/** Writes with back-pressure: the reader of a slow writer is paused until it has drained. */
function forward(chunk: Buffer, from: Socket, to: Socket, silent: () => boolean): void {
  if (to.destroyed || to.writableEnded || to.write(chunk)) return;
  from.pause();
  to.once('drain', () => {
    if (!silent()) from.resume();
  });
}
