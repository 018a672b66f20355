import type { EndpointName } from './cache';
import type { ConnectionTally } from './connection-tally';
import type { CredentialsSource, Endpoint } from './endpoint';

/** How long things may take, in milliseconds. */
export interface Timing {
  /** One connection attempt: name, TCP, TLS and handshake. AWS advises 2 to 5 s inside a VPC. */
  readonly connectMs: number;
  /** One attempt at a command on a connection that is up. Above it the connection is taken for dead. */
  readonly attemptMs: number;
}

export const DEFAULT_TIMING: Timing = { connectMs: 2000, attemptMs: 800 };

/** What every strategy needs to know. */
export interface CacheSettings {
  readonly endpoints: Readonly<Record<EndpointName, Endpoint>>;
  readonly timing: Timing;
  readonly credentials: CredentialsSource;
  /** PEM certificates to trust besides the runtime's own; null on AWS. */
  readonly certificateAuthority: string | null;
  readonly tally: ConnectionTally;
  /** Told of every connection error; must not throw. */
  readonly onConnectionError: (endpoint: EndpointName, error: Error) => void;
}
