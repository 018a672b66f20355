import { type Call, callFor } from '../../k6/scenarios/calls';
import { CYCLE, type Step } from '../../k6/scenarios/fixed-cycle';

const call = (step: Step): Call => callFor({ step, of: 7 }, 'run');

/** What a release that swallows its errors answers with status 200. */
const NOTHING: readonly unknown[] = [{}, [], null, '', 0, { ok: true }, { count: 0, mostRecent: [], entries: [] }];

/** A Redis that lost what it was told, or answers for somebody else. */
const OTHERS = { userId: 'u-other-7', eventId: 'e-other', name: 'Guest u-other-7', count: '', mostRecent: null, entries: {} };

function accepts(expects: Call['expects'], body: unknown): boolean {
  try {
    return expects(body);
  } catch {
    return false;
  }
}

describe.each(CYCLE)('the check of %s', (step) => {
  it.each([...NOTHING, OTHERS].map((body) => [JSON.stringify(body), body]))('rejects %s', (_text, body) => {
    expect(accepts(call(step).expects, body)).toBe(false);
  });
});

it('sends each call under its route and not under its address', () => {
  for (const step of CYCLE) {
    expect(call(step).route).toMatch(/^(GET|PUT|POST) \/[a-zA-Z0-9/{}-]+$/);
    expect(call(step).route).not.toContain('run');
  }
});

it('expects the first check-in to be created and the second to be known', () => {
  expect([call('check-in').status, call('check-in-again').status]).toEqual([201, 200]);
  expect(call('check-in').body).toEqual(call('check-in-again').body);
});
