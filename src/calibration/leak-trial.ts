import { stable } from '../gates/format';
import type { Judgement } from '../gates/judges/judgement';
import { judgeLeak } from '../gates/judges/leak';
import { measureFloor } from '../gates/measure/floor';
import { measured, unmeasured } from '../gates/measure/measured';
import type { LeakGate } from '../gates/policy/gate';
import type { Policy } from '../gates/policy/policy';
import { REASONS, type ReasonCode } from '../gates/reasons';
import type { Verdict } from '../gates/vocabulary';
import type { Course } from './noise-model';
import { soakEvidence } from './soak-evidence';

/** What is asked: the policy's own gate, its level adapted to the model where the model's is another than the policy's. */
export interface Asked {
  readonly gate: LeakGate;
  readonly policy: Policy;
  readonly periodSeconds: number;
}

/** One soak through the judge that judges real ones. @param earlier the soak of the release before, where there is one */
export function judgeCourse({ gate, policy, periodSeconds }: Asked, course: Course, earlier?: Course): Judgement {
  const stage = soakEvidence(course, periodSeconds);
  const baseline =
    earlier === undefined
      ? unmeasured('baseline-missing', 'no release was promoted before')
      : measured(soakEvidence(earlier, periodSeconds));
  return judgeLeak(gate, { stage, policy, floor: measureFloor(stage), baseline });
}

export function reasonOf(asked: Asked, course: Course, earlier?: Course): ReasonCode {
  return judgeCourse(asked, course, earlier).reason;
}

export function verdictOf(asked: Asked, course: Course): Verdict {
  return REASONS[reasonOf(asked, course)].verdict;
}

/** The course with a leak of so many connections per minute on top, from the first period on. */
export function leaking(course: Course, perMinute: number, periodSeconds: number, whole: boolean): Course {
  const added = (i: number) => stable(perMinute * i * (periodSeconds / 60));
  return { ...course, connections: course.connections.map((count, i) => count + (whole ? Math.floor(added(i)) : added(i))) };
}
