import { generatorProblem, generatorWarning, runnersFor } from '../../src/gates/generators';
import { formatProblems } from '../../src/gates/policy/problems';
import { checkReach } from '../../src/gates/policy/reach';
import { constant } from '../k6/plan';
import { policyOf, policyText } from './builders';
import { swap } from './helpers';

describe('how many generators a rate needs', () => {
  it.each([
    [60, 1],
    [1000, 1],
    [1001, 2],
    [8000, 8],
  ])('%i/s: %i', (rate, runners) => expect(runnersFor(constant(rate, 1000)).runners).toBe(runners));

  it('goes by the peak, not by what comes before it', () => {
    const spike = { ...constant(10, 1000), peakRate: 2500 };
    expect(runnersFor(spike)).toEqual({ runners: 3, why: '2500/s need 3 generators, each good for 1000/s' });
  });

  it('is a warning while it might do, and a problem when it cannot', () => {
    const shared = (rate: number, segments: number) => ({ plan: constant(rate, 1000), segments });
    expect([generatorWarning(shared(1000, 1)), generatorProblem(shared(1000, 1))]).toEqual([null, null]);
    expect(generatorWarning(shared(1500, 1))).toContain('say `segments: 2`');
    expect([generatorWarning(shared(1500, 2)), generatorProblem(shared(3600, 1))]).toEqual([null, null]);
    expect(generatorProblem(shared(8000, 2))).toContain('8000/s is more than 2 generators can send');
  });
});

describe('a policy', () => {
  const fast = (segments: string) =>
    swap(
      'standard: { rate: 60/s, duration: 15m, rampUp: 2m,',
      `standard: { rate: 8000/s, duration: 15m, rampUp: 2m,${segments}`,
    )(policyText());
  const problems = (text: string, target: 'aws' | 'twin') => formatProblems(checkReach(policyOf(text).policy, 'standard', target));

  it('whose rate no such generators can send is refused on AWS, with its line and the number', () => {
    expect(problems(fast(''), 'aws')).toMatch(
      /^\.github\/gates\.yaml:\d+:\d+: stages\.soak\.load\.standard: 8000\/s .* segments: 8 would do\n$/,
    );
    expect(problems(fast(' segments: 2,'), 'aws')).toContain('more than 2 generators');
    expect(problems(fast(' segments: 3,'), 'aws')).toBe('');
    expect(problems(fast(''), 'twin')).toBe('');
  });
});
