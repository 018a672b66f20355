import { loadFrom, optionsFor, preallocatedVUs, timeUnitSeconds, warmLeadMs } from '../../k6/shapes';
import { constant, planOf } from './plan';

const scenariosOf = (plan: Parameters<typeof optionsFor>[0]) => optionsFor(plan).scenarios ?? {};

describe('optionsFor', () => {
  it('makes one ramping-arrival-rate scenario whose stages are the segments', () => {
    const plan = planOf({
      startRate: 10,
      segments: [
        { rate: 10, durationMs: 5000 },
        { rate: 50, durationMs: 1000 },
      ],
      requestTimeoutMs: 2000,
    });
    expect(scenariosOf(plan)).toEqual({
      load: {
        executor: 'ramping-arrival-rate',
        startTime: '0ms',
        startRate: 10,
        timeUnit: '1s',
        preAllocatedVUs: 120,
        gracefulStop: '3000ms',
        stages: [
          { target: 10, duration: '5000ms' },
          { target: 50, duration: '1000ms' },
        ],
      },
    });
  });

  it('preallocates for every request taking the whole time-out, and lets k6 make no VU beyond', () => {
    expect(preallocatedVUs(constant(60, 1000))).toBe(360);
    expect(preallocatedVUs(constant(7, 1000, { requestTimeoutMs: 100 }))).toBe(1);
    expect(scenariosOf(constant(60, 1000))['load']).not.toHaveProperty('maxVUs');
  });

  it('preallocates as many for each of several generators, and enough: k6 would give some of them none', () => {
    const small = constant(1, 1000, { requestTimeoutMs: 500 });
    expect([1, 2, 4].map((generators) => preallocatedVUs(small, generators))).toEqual([1, 2, 4]);
    expect([1, 2, 4].map((generators) => preallocatedVUs(constant(61, 1000), generators))).toEqual([366, 366, 368]);
    expect(optionsFor(small, 0, 4).scenarios?.['load']).toMatchObject({ startRate: 1, preAllocatedVUs: 4 });
  });

  it('warms with one iteration of each VU, all at once, before the load', () => {
    const plan = constant(10, 5000, { warm: 4 });
    const { warm, load } = scenariosOf(plan);
    expect(warm).toMatchObject({ executor: 'per-vu-iterations', exec: 'wake', vus: 4, iterations: 1, gracefulStop: '0s' });
    expect(load).toMatchObject({ startTime: `${warmLeadMs(plan)}ms` });
    expect(warmLeadMs(plan)).toBe(1000);
  });

  it('gives setup the time that it has to wait', () => {
    expect(optionsFor(constant(1, 1000), 45_000.5).setupTimeout).toBe('75001ms');
  });

  it('never discards bodies: checks of the content would fail without a word', () => {
    expect(optionsFor(constant(1, 1000)).discardResponseBodies).toBe(false);
  });
});

describe('timeUnitSeconds', () => {
  it.each([
    [[60], 1],
    [[0.5, 2], 10],
    [[1 / 60], 60],
    [[0.25], 60],
    [[0.07], 100],
  ])('%j per second are whole per %i seconds', (rates, seconds) => {
    expect(timeUnitSeconds(rates)).toBe(seconds);
  });

  it('refuses rates that k6 would round', () => {
    expect(() => timeUnitSeconds([0.123])).toThrow('0.123');
  });

  it('scales rates and unit together', () => {
    expect(scenariosOf(constant(0.5, 60_000))['load']).toMatchObject({ startRate: 5, timeUnit: '10s', stages: [{ target: 5 }] });
  });
});

describe('loadFrom', () => {
  const fallback = constant(3, 1000);

  it('takes plan and start from the environment', () => {
    const plan = constant(60, 60_000);
    const load = loadFrom({ BASE_URL: 'http://host/', TIDEGATE_LOAD: JSON.stringify(plan), TIDEGATE_START_AT: '1790000000000' }, fallback);
    expect(load).toMatchObject({ baseUrl: 'http://host', plan, startAt: 1_790_000_000_000 });
  });

  it('has a small load of its own when it runs alone', () => {
    expect(loadFrom({ BASE_URL: 'http://host' }, fallback)).toMatchObject({
      baseUrl: 'http://host',
      plan: fallback,
      startAt: null,
      generators: 1,
    });
  });

  it('knows how many generators share the plan', () => {
    expect(loadFrom({ BASE_URL: 'http://host', TIDEGATE_GENERATORS: '4' }, fallback).generators).toBe(4);
  });

  it('signs for a region when it is told one', () => {
    expect(loadFrom({ BASE_URL: 'http://host', TIDEGATE_SIGNING_REGION: 'eu-west-1' }, fallback).signingRegion).toBe('eu-west-1');
  });

  it('says what is missing', () => {
    expect(() => loadFrom({}, fallback)).toThrow('BASE_URL');
  });
});
