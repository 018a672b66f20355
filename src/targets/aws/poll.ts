import { AwsError } from '../../aws/failure';
import type { Clock } from './clock';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 20_000;
const GROWTH = 1.25;
/** The SDK has tried each of them six times by then: some minutes in which AWS answers nothing. */
const SILENCES_BORNE = 3;

/**
 * Looks again and again, with pauses of 5 s that grow to 20 s, until there is something to see.
 * What AWS is doing goes on without us, so a look that gets no answer is not yet a failure.
 * @param look null means: not yet
 * @returns null when the time is over
 * @throws AwsError of a look that met a refusal, or of the fourth in a row without an answer; AbortError
 */
export async function poll<T>(clock: Clock, withinMs: number, look: () => Promise<T | null>, signal?: AbortSignal): Promise<T | null> {
  const deadline = clock.now() + withinMs;
  let pause = FIRST_PAUSE_MS;
  let silences = 0;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look().catch((cause: unknown): typeof SILENT => {
      silences += 1;
      if (!(cause instanceof AwsError) || cause.problem !== 'transient' || silences > SILENCES_BORNE) throw cause;
      return SILENT;
    });
    if (seen !== SILENT) silences = 0;
    if (seen !== SILENT && seen !== null) return seen;
    if (clock.now() + pause > deadline) return null;
    await clock.sleep(pause, signal);
    pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS);
  }
}

const SILENT: unique symbol = Symbol('no answer');
