import { askedOf, coursesOf, injectedOf, type LeakCell, type Question, reasonWith, trendAlone } from './leak-cell';
import { reasonOf } from './leak-trial';
import type { NoiseModel } from './noise-model';
import type { Steps } from './steps';
import { shareOf, tally } from './tally';

/** Rougher noise than the promise is made for, judged by the trend alone: no level would be set within such noise. */
export type RoughCell = Pick<LeakCell, 'model' | 'points' | 'falseAlarmRate' | 'trendDetectionRate' | 'healthy' | 'leakingByTrend'>;

export function* roughCell(question: Question, model: NoiseModel, points: number): Steps<RoughCell> {
  const asked = trendAlone(askedOf(question, model));
  const courses = coursesOf(question, model, points, question.trials);
  const leak = injectedOf(asked.gate, model, points);
  const healthy = yield* tally(courses, (course) => reasonOf(asked, course));
  const leakingByTrend = yield* tally(courses, (course) => reasonWith(asked, model, course, leak));
  return {
    model: model.name,
    points,
    falseAlarmRate: shareOf(healthy, 'failed'),
    trendDetectionRate: shareOf(leakingByTrend, 'failed'),
    healthy,
    leakingByTrend,
  };
}
