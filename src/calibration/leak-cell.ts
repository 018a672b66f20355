import { stable } from '../gates/format';
import { type Asked, leaking, verdictOf } from './leak-trial';
import type { Course, NoiseModel } from './noise-model';
import { randomFrom } from './random';
import { type Rate, rateOf } from './rate';
import { countWhere, type Steps, upTo } from './steps';

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
const SEARCH_SHARE = 0.2;
const POWER_SHARE = 0.5;
const HALVINGS = 10;

/** One noise model at one soak length. Leaks are in connections per environment and minute. */
export interface LeakCell {
  readonly model: string;
  readonly points: number;
  readonly maxPerEnvironment: number;
  /** Healthy soaks that failed, and that reached no verdict. */
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  /** Soaks with a leak of `injectedLeak` that failed. */
  readonly detectionRate: Rate;
  readonly injectedLeak: number;
  /** The smallest leak that four of five soaks detect. */
  readonly smallestLeak: number;
}

export interface Question extends Omit<Asked, 'periodSeconds'> {
  readonly trials: number;
  readonly seed: number;
}

export function* leakCell(question: Question, model: NoiseModel, points: number): Steps<LeakCell> {
  const asked = askedOf(question, model);
  const { gate } = asked;
  const { trials } = question;
  const courses = coursesOf(question, model, points, trials);
  let inconclusive = 0;
  const failed = yield* countWhere(courses, (course) => {
    const verdict = verdictOf(asked, course);
    if (verdict === 'inconclusive') inconclusive += 1;
    return verdict === 'failed';
  });
  const tolerated = Math.max(gate.growthFloorAbsolute, gate.growthFloor * model.perEnvironment) / (points - 1);
  const injectedLeak = INJECTED * tolerated;
  const found = (some: readonly Course[], leak: number) => countWhere(some, (course) => detected(asked, model, course, leak));
  const searched = courses.slice(0, Math.max(1, Math.round(SEARCH_SHARE * trials)));
  return {
    model: model.name,
    points,
    maxPerEnvironment: gate.maxPerEnvironment,
    falseAlarmRate: rateOf(failed, trials),
    inconclusiveRate: rateOf(inconclusive, trials),
    detectionRate: rateOf(yield* found(courses, injectedLeak), trials),
    injectedLeak: stable(injectedLeak),
    smallestLeak: stable(yield* smallest((leak) => found(searched, leak), SEEN * searched.length, 2 * injectedLeak)),
  };
}

/** Share of soaks that detect a leak of one size. */
export interface Power extends Rate {
  readonly model: string;
  readonly points: number;
  readonly leak: number;
}

export function* leakPower(question: Question, model: NoiseModel, points: number, leak: number): Steps<Power> {
  const asked = askedOf(question, model);
  const courses = coursesOf(question, model, points, Math.max(1, Math.round(POWER_SHARE * question.trials)));
  const seen = yield* countWhere(courses, (course) => detected(asked, model, course, leak));
  return { model: model.name, points, leak, ...rateOf(seen, courses.length) };
}

/** Healthy soaks that are compared with a healthy soak of the release before: both trends may fail them. */
export type ComparedCell = Pick<LeakCell, 'model' | 'points' | 'falseAlarmRate' | 'inconclusiveRate'>;

export function* comparedCell(question: Question, model: NoiseModel, points: number): Steps<ComparedCell> {
  const asked = askedOf(question, model);
  const { trials } = question;
  const random = randomFrom(question.seed, `${model.name} ${points} compared`);
  let inconclusive = 0;
  const failed = yield* countWhere(upTo(trials), () => {
    const verdict = verdictOf(asked, model.course(random, points), model.course(random, points));
    if (verdict === 'inconclusive') inconclusive += 1;
    return verdict === 'failed';
  });
  return { model: model.name, points, falseAlarmRate: rateOf(failed, trials), inconclusiveRate: rateOf(inconclusive, trials) };
}

function askedOf({ gate, policy }: Question, model: NoiseModel): Asked {
  const maxPerEnvironment = Math.max(gate.maxPerEnvironment, ROOM * model.perEnvironment);
  return { gate: { ...gate, maxPerEnvironment }, policy, periodSeconds: PERIOD_SECONDS };
}

function coursesOf({ seed }: Question, model: NoiseModel, points: number, count: number): readonly Course[] {
  const random = randomFrom(seed, `${model.name} ${points}`);
  return Array.from({ length: count }, () => model.course(random, points));
}

function detected(asked: Asked, model: NoiseModel, course: Course, leak: number): boolean {
  return verdictOf(asked, leaking(course, leak * Math.max(...course.concurrency), asked.periodSeconds, model.whole)) === 'failed';
}

/** The smallest size that is found in enough soaks, by halving up to `most`. */
function* smallest(found: (leak: number) => Steps<number>, enough: number, most: number): Steps<number> {
  let low = 0;
  let high = most;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if ((yield* found(middle)) >= enough) high = middle;
    else low = middle;
  }
  return high;
}
