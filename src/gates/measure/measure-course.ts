import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { clientCourse } from './client-course';
import type { Course } from './course';
import { type Measured, measured } from './measured';
import { oncePer } from './once-per';
import { measurePeriods } from './value';

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
