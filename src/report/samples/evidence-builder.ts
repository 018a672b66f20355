import type { StageEvidence } from '../../gates/evidence-schema';
import { plannedIterations } from '../../gates/load-plan';
import { identity, PERIOD_SECONDS, START } from './identities';
import { countedIn, judgedCounts, type SampleStage } from './sample-stage';
import { clientSeries, cloudWatchSeries, judgedRequestsOf, ROUTES } from './series-builder';

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

function sampleLoad(stage: SampleStage): StageEvidence['load'] {
  const { plan } = stage;
  const [all, judged] = [countedIn(stage, 0, stage.seconds), judgedCounts(stage)];
  const seconds = (plan.judgedToMs - plan.judgedFromMs) / 1000;
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
    judged: ROUTES.map((route, i) => {
      const requests = judgedRequestsOf(stage, i);
      const failed = i === 0 ? 0 : judged.failed / 2;
      return { route, requests, failed, checksFailed: failed, checked: requests, latency: [[12, requests]] };
    }),
  };
}
