import type { StageEvidence } from '../../gates/evidence-schema';
import { type LoadPlan, plannedIterations } from '../../gates/load-plan';
import type { StageName, Tier } from '../../gates/vocabulary';
import type { Course } from './courses';
import { identity, PERIOD_SECONDS, START } from './identities';
import { clientSeries, cloudWatchSeries, ROUTES } from './series-builder';

export interface SampleStage {
  readonly name: StageName;
  readonly tier: Tier;
  /** Seconds from the start of the run to the first arrival. */
  readonly startsAt: number;
  readonly plan: LoadPlan;
  readonly seconds: number;
  readonly afterSeconds: number;
  readonly course: Course;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Evidence of one stage, computed from its plan and its course: k6 did exactly what was planned. */
export function sampleEvidence(stage: SampleStage): StageEvidence {
  const start = START + stage.startsAt * 1000;
  const end = start + stage.seconds * 1000;
  return {
    name: stage.name,
    tier: stage.tier,
    attempt: 1,
    identity: identity(stage.tier, stage.name === 'spike' ? 20 : 10),
    periodSeconds: PERIOD_SECONDS,
    deployedAt: iso(START - 20_000),
    plan: stage.plan,
    window: { start: iso(start), end: iso(end) },
    judged: { start: iso(start + stage.plan.judgedFromMs), end: iso(start + stage.plan.judgedToMs) },
    after: stage.afterSeconds === 0 ? null : { start: iso(end), end: iso(end + stage.afterSeconds * 1000) },
    load: sampleLoad(stage),
    series: [...cloudWatchSeries(stage, start), ...clientSeries(stage, start)],
    fault: null,
  };
}

/** Requests of a second, and how many of them failed (an even number: two routes share them). */
export function requestsIn({ plan, course }: Pick<SampleStage, 'plan' | 'course'>, second: number) {
  const requests = second < 0 ? 0 : Math.round(plannedIterations(plan, second * 1000, (second + 1) * 1000));
  return { requests, failed: 2 * Math.round((requests * course.failedShare(second)) / 2) };
}

/** What k6 counted from one second to another. */
export function countedIn(stage: SampleStage, from: number, to: number) {
  let [requests, failed] = [0, 0];
  for (let second = from; second < to; second++) {
    const counts = requestsIn(stage, second);
    requests += counts.requests;
    failed += counts.failed;
  }
  return { requests, failed };
}

/** What k6 counted in the judged window. */
export function judgedCounts(stage: SampleStage) {
  return countedIn(stage, stage.plan.judgedFromMs / 1000, stage.plan.judgedToMs / 1000);
}

function sampleLoad(stage: SampleStage): StageEvidence['load'] {
  const { plan } = stage;
  const [all, judged] = [countedIn(stage, 0, stage.seconds), judgedCounts(stage)];
  const seconds = (plan.judgedToMs - plan.judgedFromMs) / 1000;
  const share = Math.floor(judged.requests / ROUTES.length);
  return {
    outcome: 'completed',
    exitCode: 0,
    detail: null,
    k6Version: '2.2.0',
    iterations: all.requests,
    requests: all.requests,
    answered: all.requests,
    failed: all.failed,
    checksFailed: all.failed,
    dropped: 0,
    statuses: all.failed === 0 ? { '200': all.requests } : { '200': all.requests - all.failed, '500': all.failed },
    plannedIterations: plannedIterations(plan),
    plannedRate: plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs) / seconds,
    achievedRate: judged.requests / seconds,
    arrivalLagP95Ms: 1.8,
    cpuPressure: 34.5,
    thresholdsFailed: [],
    summary: { iterations: all.requests, requests: all.requests, dropped: 0 },
    judged: ROUTES.map((route, i) => ({
      route,
      requests: i === 0 ? judged.requests - share * (ROUTES.length - 1) : share,
      failed: i === 0 ? 0 : judged.failed / 2,
      checksFailed: i === 0 ? 0 : judged.failed / 2,
      latency: [[12, share]],
    })),
  };
}
