import { types } from 'node:util';
import {
  ClientClosedError,
  ClientOfflineError,
  ConnectionTimeoutError,
  DisconnectsClientError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
  TimeoutError,
} from 'redis';
import { DeadlineExceeded, DiscardedClient, type UnavailableReason } from './errors';

/** What an error of the client means for the connection. */
export interface Failure {
  readonly reason: UnavailableReason;
  /** The connection will not heal by itself: it must be destroyed and made anew. */
  readonly fatal: boolean;
  /** Another attempt now may succeed. */
  readonly retry: boolean;
}

/** First word of an error reply to its meaning. https://valkey.io/topics/protocol and the server's own replies. */
const REPLIES: Readonly<Record<string, Failure>> = {
  // The primary endpoint's address led to a node that is a replica now: only a new connection asks DNS again.
  READONLY: { reason: 'read-only', fatal: true, retry: true },
  LOADING: { reason: 'not-serving', fatal: false, retry: false },
  MASTERDOWN: { reason: 'not-serving', fatal: false, retry: false },
  CLUSTERDOWN: { reason: 'not-serving', fatal: false, retry: false },
  TRYAGAIN: { reason: 'not-serving', fatal: false, retry: false },
  BUSY: { reason: 'not-serving', fatal: false, retry: false },
  OOM: { reason: 'not-serving', fatal: false, retry: false },
  MISCONF: { reason: 'not-serving', fatal: false, retry: false },
  NOREPLICAS: { reason: 'not-serving', fatal: false, retry: false },
  // A token that has expired meanwhile: the next handshake asks for a fresh one.
  NOAUTH: { reason: 'refused', fatal: true, retry: true },
  WRONGPASS: { reason: 'refused', fatal: true, retry: false },
  NOPERM: { reason: 'refused', fatal: false, retry: false },
};

const LOST: Failure = { reason: 'connection', fatal: false, retry: true };
const GONE: Failure = { reason: 'connection', fatal: true, retry: true };

/** Errors after which the client makes a new connection by itself. */
const HEALING = [SocketClosedUnexpectedlyError, ConnectionTimeoutError, SocketTimeoutError, ClientOfflineError] as const;

/** @returns null for an error that is not about reaching the cache: a wrong command or a defect */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof DeadlineExceeded) return { reason: 'deadline', fatal: true, retry: true };
  if (error instanceof ErrorReply) return failureOfReply(error.message);
  if (error instanceof ClientClosedError || error instanceof DisconnectsClientError || error instanceof DiscardedClient) return GONE;
  if (error instanceof TimeoutError) return failureOfTimeout(error.message);
  if (!types.isNativeError(error)) return null;
  if (HEALING.some((kind) => error instanceof kind) || isSystemError(error)) return LOST;
  return error.message === 'The queue is full' ? { reason: 'busy', fatal: false, retry: false } : null;
}

/** A pool that has no free member says so by the same class as a command that was never written. */
function failureOfTimeout(message: string): Failure {
  return message.startsWith('Timeout waiting for a client')
    ? { reason: 'busy', fatal: false, retry: false }
    : { reason: 'deadline', fatal: false, retry: true };
}

function failureOfReply(message: string): Failure | null {
  if (message.includes('max number of clients')) return { reason: 'not-serving', fatal: true, retry: false };
  return REPLIES[message.slice(0, message.indexOf(' '))] ?? null;
}

/** Errors of sockets, name resolution and TLS carry a code, and so do Node's own errors of wrong use: those are defects. */
function isSystemError(error: Error): boolean {
  if (!('code' in error) || typeof error.code !== 'string') return false;
  return !error.code.startsWith('ERR_') || /^ERR_(TLS|SSL|SOCKET)/.test(error.code);
}
