import { subscribe } from 'node:diagnostics_channel';
import { CHANNELS } from 'redis';

/** Connections made since the last reading. */
export interface TallyReading {
  /** All connections that completed their handshake. */
  readonly connects: number;
  /** Those of them that replaced a connection that was lost. */
  readonly reconnects: number;
  /** From the start of the attempt to the end of its handshake, milliseconds, one per connect. */
  readonly connectTimesMs: readonly number[];
}

export interface ConnectionTally {
  /** A connection was given up by us: the next one replaces it. */
  lost(): void;
  /** Returns what happened since the last call and begins anew. */
  take(): TallyReading;
}

/**
 * Counts the connections of every node-redis client of this process, by the client's own diagnostics channels: no
 * strategy can forget to count, and nothing is paid per command. Call it once, before the first client is made.
 */
export function observeConnections(): ConnectionTally {
  let owed = 0;
  let reconnects = 0;
  let times: number[] = [];
  subscribe(CHANNELS.CONNECTION_READY, (message) => {
    times.push((message as { readonly createTimeMs: number }).createTimeMs);
    if (owed === 0) return;
    owed -= 1;
    reconnects += 1;
  });
  subscribe(CHANNELS.CONNECTION_CLOSED, (message) => {
    const closed = message as { readonly reason: string; readonly wasConnected: boolean };
    if (closed.reason === 'error' && closed.wasConnected) owed += 1;
  });
  return {
    lost: () => {
      owed += 1;
    },
    take: () => {
      const reading = { connects: times.length, reconnects, connectTimesMs: times };
      reconnects = 0;
      times = [];
      return reading;
    },
  };
}
