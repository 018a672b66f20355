import { DeadlineExceeded } from './errors';

/**
 * Settles with the work, or rejects after a limit. The client's own command timeout ends once a command is written,
 * so a socket that swallows commands would hang without this.
 *
 * The rejection waits for one turn of I/O: after a freeze or a stall the timer is due before the answer that lies in
 * the socket has been read, and a healthy connection must not be taken for a dead one.
 *
 * @param limitMs milliseconds from now
 * @throws DeadlineExceeded (as rejection)
 */
export function withDeadline<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(reject, new DeadlineExceeded(`no answer within ${Math.round(limitMs)} ms`)), limitMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
