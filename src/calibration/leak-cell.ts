import { stable } from '../gates/format';
import type { LeakGate } from '../gates/policy/gate';
import type { ReasonCode } from '../gates/reasons';
import { type Asked, leaking, reasonOf, verdictOf } from './leak-trial';
import type { Course, NoiseModel } from './noise-model';
import { randomFrom } from './random';
import { type Rate, rateOf } from './rate';
import { countWhere, type Steps } from './steps';
import { shareOf, type Tally, tally } from './tally';

/** Soak lengths, in datapoints of a minute. */
export const SOAK_LENGTHS = [12, 15, 30, 60] as const;
const PERIOD_SECONDS = 60;
/** A leak that must be detected grows to so many times of what is tolerated. */
const INJECTED = 3;
/** Where a model's environments hold more than the policy's, the level is so many times what they hold. */
const ROOM = 1.5;
/** Share of leaks that "can be seen" means. */
const SEEN = 0.8;
/** The search for the smallest leak needs fewer trials: it asks for a size, not for a rare event. */
const SEARCH_SHARE = 0.1;
const POWER_SHARE = 0.5;
const HALVINGS = 8;

/** One noise model at one soak length. Leaks are in connections per environment and minute. */
export interface LeakCell {
  readonly model: string;
  readonly points: number;
  readonly maxPerEnvironment: number;
  /** Healthy soaks that failed, and that reached no verdict. */
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  /** Soaks with a leak of `injectedLeak` that failed: by level or trend, and by the trend where no level is set. */
  readonly detectionRate: Rate;
  readonly trendDetectionRate: Rate;
  readonly injectedLeak: number;
  /** The smallest leak that four of five soaks detect: by level or trend, and by the trend alone. */
  readonly smallestLeak: number;
  readonly smallestLeakByTrend: number;
  /** The reasons that were given. */
  readonly healthy: Tally;
  readonly leaking: Tally;
  readonly leakingByTrend: Tally;
}

export interface Question extends Omit<Asked, 'periodSeconds'> {
  readonly trials: number;
  readonly seed: number;
}

export function* leakCell(question: Question, model: NoiseModel, points: number): Steps<LeakCell> {
  const asked = askedOf(question, model);
  const trend = trendAlone(asked);
  const courses = coursesOf(question, model, points, question.trials);
  const injectedLeak = injectedOf(asked.gate, model, points);
  const healthy = yield* tally(courses, (course) => reasonOf(asked, course));
  const both = yield* tally(courses, (course) => reasonWith(asked, model, course, injectedLeak));
  const byTrend = yield* tally(courses, (course) => reasonWith(trend, model, course, injectedLeak));
  const searched = courses.slice(0, Math.max(1, Math.round(SEARCH_SHARE * question.trials)));
  const smallest = (by: Asked) =>
    smallestFound((leak) => countWhere(searched, (course) => detected(by, model, course, leak)), SEEN * searched.length, 2 * injectedLeak);
  return {
    model: model.name,
    points,
    maxPerEnvironment: asked.gate.maxPerEnvironment,
    falseAlarmRate: shareOf(healthy, 'failed'),
    inconclusiveRate: shareOf(healthy, 'inconclusive'),
    detectionRate: shareOf(both, 'failed'),
    trendDetectionRate: shareOf(byTrend, 'failed'),
    injectedLeak: stable(injectedLeak),
    smallestLeak: stable(yield* smallest(asked)),
    smallestLeakByTrend: stable(yield* smallest(trend)),
    healthy,
    leaking: both,
    leakingByTrend: byTrend,
  };
}

/** Share of soaks in which the trend detects a leak of one size: no level is set. */
export interface Power extends Rate {
  readonly model: string;
  readonly points: number;
  readonly leak: number;
}

export function* leakPower(question: Question, model: NoiseModel, points: number, leak: number): Steps<Power> {
  const asked = trendAlone(askedOf(question, model));
  const courses = coursesOf(question, model, points, Math.max(1, Math.round(POWER_SHARE * question.trials)));
  const seen = yield* countWhere(courses, (course) => detected(asked, model, course, leak));
  return { model: model.name, points, leak, ...rateOf(seen, courses.length) };
}

export function askedOf({ gate, policy }: Question, model: NoiseModel): Asked {
  const maxPerEnvironment = Math.max(gate.maxPerEnvironment, ROOM * model.perEnvironment);
  return { gate: { ...gate, maxPerEnvironment }, policy, periodSeconds: PERIOD_SECONDS };
}

export function trendAlone(asked: Asked): Asked {
  return { ...asked, gate: { ...asked.gate, maxPerEnvironment: Number.POSITIVE_INFINITY } };
}

/** The leak that must be found, connections per environment and minute. */
export function injectedOf(gate: LeakGate, model: NoiseModel, points: number): number {
  return (INJECTED * Math.max(gate.growthFloorAbsolute, gate.growthFloor * model.perEnvironment)) / (points - 1);
}

export function coursesOf({ seed }: Question, model: NoiseModel, points: number, count: number): readonly Course[] {
  const random = randomFrom(seed, `${model.name} ${points}`);
  return Array.from({ length: count }, () => model.course(random, points));
}

export function reasonWith(asked: Asked, model: NoiseModel, course: Course, leak: number, earlier?: Course): ReasonCode {
  return reasonOf(asked, leaking(course, leak * Math.max(...course.concurrency), asked.periodSeconds, model.whole), earlier);
}

function detected(asked: Asked, model: NoiseModel, course: Course, leak: number): boolean {
  return verdictOf(asked, leaking(course, leak * Math.max(...course.concurrency), asked.periodSeconds, model.whole)) === 'failed';
}

/** The smallest size that is found in enough soaks, by halving up to `most`. */
function* smallestFound(found: (leak: number) => Steps<number>, enough: number, most: number): Steps<number> {
  let low = 0;
  let high = most;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if ((yield* found(middle)) >= enough) high = middle;
    else low = middle;
  }
  return high;
}
