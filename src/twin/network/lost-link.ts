import type { Socket } from 'node:net';
import type { Link } from './link';

/**
 * The environment's side of a connection whose node has vanished, as a failing host leaves it: what is sent is lost, nothing
 * comes back and nothing closes. It ends when the client gives it up, or with `cut`.
 */
export function createLostLink(client: Socket, onClosed: () => void): Link {
  client.on('close', onClosed);
  client.on('error', () => undefined);
  client.on('end', () => client.destroy());
  // Read and dropped: only a socket that is read tells when its client has gone.
  client.on('data', () => undefined);
  if (client.destroyed) process.nextTick(onClosed);
  else if (client.readableEnded) client.destroy();
  return { port: null, adapt: () => undefined, cut: () => client.resetAndDestroy(), lose: () => undefined };
}
