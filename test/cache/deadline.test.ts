import { withDeadline } from '../../src/cache/deadline';
import { DeadlineExceeded } from '../../src/cache/errors';

const never = new Promise<never>(() => undefined);

it('settles as the work does', async () => {
  await expect(withDeadline(Promise.resolve(7), 50)).resolves.toBe(7);
  await expect(withDeadline(Promise.reject(new RangeError('mine')), 50)).rejects.toThrow(RangeError);
});

it('rejects work that never settles', async () => {
  await expect(withDeadline(never, 20)).rejects.toThrow(DeadlineExceeded);
});

it('lets an answer win that came during a stall, though the timer was due first', async () => {
  const answer = new Promise((resolve) => setTimeout(() => setImmediate(resolve, 'read'), 5));
  const outcome = withDeadline(answer, 6);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  await expect(outcome).resolves.toBe('read');
});
