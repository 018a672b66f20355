import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { clientCourse } from './client-course';
import { type Measured, measured } from './measured';
import { oncePer } from './once-per';
import { measurePeriods } from './value';

/** A metric over the judged window at the finest grain that it has: periods of CloudWatch, whole seconds of k6. */
export interface Course {
  readonly stepMs: number;
  /** Epoch ms at which each step begins, without gaps. */
  readonly starts: readonly number[];
  /** One for each, in the unit of the catalogue; null where nothing was timed, which only a latency of k6's can have. */
  readonly values: readonly (number | null)[];
  /** What the floor brings in each step; see `PeriodValues`. */
  readonly floorRate: number;
}

/** Many gates ask for the same. */
const known = oncePer((_: StageEvidence) => new Map<string, Measured<Course>>());

/** @param route null for all routes together; only k6 tells them apart */
export function measureCourse(stage: StageEvidence, name: string, route: string | null): Measured<Course> {
  const courses = known(stage);
  const key = JSON.stringify([name, route]);
  const course = courses.get(key) ?? readCourse(stage, name, route);
  courses.set(key, course);
  return course;
}

function readCourse(stage: StageEvidence, name: string, route: string | null): Measured<Course> {
  const metric = metricNamed(name);
  if (metric.source === 'k6') return clientCourse(stage, metric, route);
  const read = measurePeriods(stage, metric);
  return read.ok ? measured({ ...read.value, stepMs: stage.periodSeconds * 1000 }) : read;
}

/** Values of a counter, which are never unknown. */
export function countsOf({ values }: Course): readonly number[] {
  return values.map((value) => value ?? 0);
}
