import { jest } from '@jest/globals';
import { createDelayLine } from '../../../src/twin/network/delay-line';

describe('A delay line', () => {
  const events: string[] = [];
  const line = createDelayLine((chunk) => events.push(chunk.toString()));
  beforeEach(() => {
    jest.useFakeTimers();
    events.length = 0;
  });
  afterEach(() => jest.useRealTimers());

  it('passes at once what has no delay', () => {
    line.push(Buffer.from('a'), 0);
    line.drained(() => events.push('end'));
    expect(events).toEqual(['a', 'end']);
  });

  it('keeps the order when the delay shrinks, and the end comes last', () => {
    line.push(Buffer.from('slow'), 100);
    line.push(Buffer.from('quick'), 0);
    line.drained(() => events.push('end'));
    jest.advanceTimersByTime(98);
    expect(events).toEqual([]);
    jest.advanceTimersByTime(5);
    expect(events).toEqual(['slow', 'quick', 'end']);
  });

  it('forgets what has not been passed when it is cleared', () => {
    line.push(Buffer.from('a'), 100);
    line.clear();
    jest.advanceTimersByTime(200);
    expect(events).toEqual([]);
  });
});
