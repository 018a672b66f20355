import { ClientClosedError, ErrorReply, SimpleError, SocketClosedUnexpectedlyError, TimeoutError } from 'redis';
import { DeadlineExceeded } from '../../src/cache/errors';
import { failureOf } from '../../src/cache/failure';

it.each([
  [new DeadlineExceeded('late'), 'deadline', true, true],
  [new SimpleError("READONLY You can't write against a read only replica."), 'read-only', true, true],
  [new SimpleError('LOADING Valkey is loading the dataset in memory'), 'not-serving', false, false],
  [new SimpleError('OOM command not allowed'), 'not-serving', false, false],
  [new SimpleError('NOAUTH Authentication required.'), 'refused', true, true],
  [new SimpleError("NOPERM User service has no permissions to run the 'set' command"), 'refused', false, false],
  [new ErrorReply('ERR max number of clients reached'), 'not-serving', true, false],
  [new SocketClosedUnexpectedlyError(), 'connection', false, true],
  [new ClientClosedError(), 'connection', true, true],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'connection', false, true],
  [Object.assign(new Error('getaddrinfo EMFILE'), { code: 'EMFILE' }), 'connection', false, true],
  [new TimeoutError('Timeout waiting for a client after 100ms'), 'busy', false, false],
  [new TimeoutError(), 'deadline', false, true],
  [new Error('The queue is full'), 'busy', false, false],
])('%s is about the connection: %s', (error, reason, fatal, retry) => {
  expect(failureOf(error)).toEqual({ reason, fatal, retry });
});

it.each([new SimpleError('WRONGTYPE Operation against a key'), new SimpleError('ERR'), new TypeError('mine'), 'text'])(
  '%s is not, and is never taken for an unreachable cache',
  (error) => {
    expect(failureOf(error)).toBeNull();
  },
);

it('takes a coded error of a defect for what it is', () => {
  expect(failureOf(Object.assign(new RangeError('out of range'), { code: 'ERR_OUT_OF_RANGE' }))).toBeNull();
});
