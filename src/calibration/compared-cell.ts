import type { LeakCell, Question } from './leak-cell';
import { askedOf, coursesOf, injectedOf, trendAlone } from './leak-cell';
import { leaking, reasonOf } from './leak-trial';
import type { Course, NoiseModel } from './noise-model';
import { normal, randomFrom } from './random';
import type { Rate } from './rate';
import type { Steps } from './steps';
import { shareOf, type Tally, tally } from './tally';

/** Standard deviation of the level of one run against another's, as a share. */
const RUN_TO_RUN = 0.1;

/** Soaks that are compared with that of the release before, whose level is another: both trends may fail them. */
export interface ComparedCell extends Pick<LeakCell, 'model' | 'points' | 'falseAlarmRate' | 'inconclusiveRate'> {
  /** Leaks of the cell's size that others hide, because in both runs they let go as many connections: only the comparison can find them. */
  readonly hiddenDetectionRate: Rate;
  readonly healthy: Tally;
  readonly hidden: Tally;
}

export function* comparedCell(question: Question, model: NoiseModel, points: number): Steps<ComparedCell> {
  const asked = askedOf(question, model);
  const random = randomFrom(question.seed, `${model.name} ${points} compared`);
  const courses = coursesOf(question, model, points, question.trials);
  const pairs = courses.map((course) => ({ course, earlier: model.course(random, points, Math.exp(RUN_TO_RUN * normal(random))) }));
  const healthy = yield* tally(pairs, ({ course, earlier }) => reasonOf(asked, course, earlier));
  const leak = injectedOf(asked.gate, model, points);
  // A background that falls as fast as the leak grows leaves the candidate as it is, and the earlier run falling.
  const room = Math.max(0, leak * (points - 1) - model.perEnvironment / 2);
  const falling = (course: Course) =>
    leaking(raised(course, room), -leak * Math.max(...course.concurrency), asked.periodSeconds, model.whole);
  const hidden = yield* tally(pairs, ({ course, earlier }) => reasonOf(trendAlone(asked), raised(course, room), falling(earlier)));
  return {
    model: model.name,
    points,
    falseAlarmRate: shareOf(healthy, 'failed'),
    inconclusiveRate: shareOf(healthy, 'inconclusive'),
    hiddenDetectionRate: shareOf(hidden, 'failed'),
    healthy,
    hidden,
  };
}

/** So many connections more for each environment, from the first period on. */
function raised({ connections, concurrency }: Course, by: number): Course {
  const environments = Math.max(...concurrency);
  return { connections: connections.map((count) => count + by * environments), concurrency };
}
