import type { Evidence } from '../../gates/evidence-schema';
import type { GateReport, StageReport } from '../../gates/report-schema';
import type { StageName } from '../../gates/vocabulary';
import { sampleEvidence } from './evidence-builder';
import { stageReport } from './gate-builder';
import { CANARY_FAILING, OBSERVED, SOAK_FADING, SOAK_LEAKING, SPIKE_NOT_RUN } from './gates-open';
import { CANARY, SMOKE, SOAK, SPIKE } from './gates-passed';
import { COMMIT, DIGESTS, START, TOOL_VERSION } from './identities';
import type { SampleStage } from './sample-stage';
import { STAGES_OF_SAMPLES as STAGES } from './stages';

/** A report and the evidence behind it. */
export interface SampleRun {
  readonly report: GateReport;
  readonly evidence: Evidence;
}

interface Outline {
  readonly stages: readonly (readonly [SampleStage, StageReport])[];
  readonly notRun?: readonly StageReport[];
  readonly planned: readonly StageName[];
  readonly message: string;
  readonly verdict: Pick<GateReport, 'verdict' | 'reason'>;
  readonly scale: NonNullable<GateReport['scale']>;
  readonly notes: readonly string[];
  readonly minutes: number;
}

const scale = {
  environmentsPeak: 7,
  environmentsStarted: 8,
  requests: 4430,
  connectionsPeak: 18,
  productionPeakConcurrency: 1000,
  projectedConnections: 2002,
  cacheMaxConnectionsPerNode: 65_000,
};
const ALL: readonly StageName[] = ['smoke', 'soak', 'spike'];
const PASSED = { verdict: 'passed', reason: 'all-gates-passed' } as const;
const qualified: Outline['stages'] = [
  [STAGES.smoke, SMOKE],
  [STAGES.soak, SOAK],
  [STAGES.spike, SPIKE],
];

function run(outline: Outline): SampleRun {
  const release = {
    entry: 'src/api/handler.ts',
    commit: COMMIT,
    digest: DIGESTS.candidate,
    packageDigest: DIGESTS.candidate,
    assemblyDigest: null,
  };
  const startedAt = new Date(START - 25_000).toISOString();
  const finishedAt = new Date(START + outline.minutes * 60_000).toISOString();
  return {
    report: {
      schemaVersion: 1,
      toolVersion: TOOL_VERSION,
      target: 'twin',
      profile: 'quick',
      ...outline.verdict,
      message: outline.message,
      release,
      policy: { digest: DIGESTS.policy },
      evidence: { digest: DIGESTS.evidence, startedAt, finishedAt },
      baseline: null,
      scale: outline.scale,
      notes: [...outline.notes],
      stages: [...outline.stages.map(([, report]) => report), ...(outline.notRun ?? [])],
      override: null,
      promotion: { state: 'not-asked', from: null, to: null, reason: 'Nobody asked for a promotion.' },
    },
    evidence: {
      schemaVersion: 1,
      toolVersion: TOOL_VERSION,
      target: 'twin',
      profile: 'quick',
      release,
      startedAt,
      finishedAt,
      plannedStages: [...outline.planned],
      stages: outline.stages.map(([stage]) => sampleEvidence(stage)),
      scale: outline.scale,
    },
  };
}

/** Every stage passed on staging. */
export const PASSED_RUN = run({
  stages: qualified,
  planned: ALL,
  message: 'Passed: all 25 gates of smoke, soak, spike passed.',
  verdict: PASSED,
  scale,
  notes: [],
  minutes: 2.3,
});

/** The same with a passed canary in production. */
export const SHIPPED_RUN = run({
  stages: [...qualified, [STAGES.canary, CANARY]],
  planned: ALL,
  message: 'Passed: all 28 gates of smoke, soak, spike, canary passed.',
  verdict: PASSED,
  scale: { ...scale, requests: 4730 },
  notes: ['Production was empty: test/releases/good/shared.ts was installed as the serving release before the canary.'],
  minutes: 2.8,
});

/** A passed run with a gate in observe mode that would have failed. */
export const OBSERVED_RUN = run({
  stages: [
    [STAGES.smoke, SMOKE],
    [STAGES.soak, stageReport(STAGES.soak, [...SOAK.gates, OBSERVED])],
    [STAGES.spike, SPIKE],
  ],
  planned: ALL,
  message: 'Passed: all 25 gates of smoke, soak, spike passed.',
  verdict: PASSED,
  scale,
  notes: [],
  minutes: 2.3,
});

/** The incident: a client per invocation, never closed. */
export const FAILED_RUN = run({
  stages: [
    [STAGES.smoke, SMOKE],
    [STAGES.soakLeaking, SOAK_LEAKING],
  ],
  notRun: [SPIKE_NOT_RUN],
  planned: ALL,
  message:
    'Failed in soak. redis-connection-leak: Environments held up to 341.7 connections each, limit 3 (12 datapoints, 6 environments); the total grows by 1091.7 connections per minute, 3.63 min until the first limit is met. 6 more gates failed.',
  verdict: { verdict: 'failed', reason: 'gates-failed' },
  scale: { ...scale, environmentsPeak: 6, environmentsStarted: 6, requests: 3950, connectionsPeak: 2104, projectedConnections: 341_669 },
  notes: ['Redis path: routes that use Redis failed while the control route (GET /health) did not.'],
  minutes: 1.8,
});

/** CloudWatch stopped answering in the middle of the soak. */
export const INCONCLUSIVE_RUN = run({
  stages: [
    [STAGES.smoke, SMOKE],
    [STAGES.soakFading, SOAK_FADING],
  ],
  notRun: [SPIKE_NOT_RUN],
  planned: ALL,
  message:
    'No verdict in soak. redis-connection-leak: redis.connections has no datapoint at 2026-01-31T10:00:55.000Z. 2 more gates reached no verdict.',
  verdict: { verdict: 'inconclusive', reason: 'metric-missing' },
  scale: { ...scale, environmentsPeak: 6, environmentsStarted: 6, requests: 3950, connectionsPeak: 16, projectedConnections: null },
  notes: [],
  minutes: 2.4,
});

/** Passed on staging, failed as a canary in production. */
export const CANARY_FAILED_RUN = run({
  stages: [...qualified, [STAGES.canaryFailing, CANARY_FAILING]],
  planned: ALL,
  message:
    'Failed in canary. canary-errors: Failed invocations: 10 of 150 requests (6.67 %), limit 2 %; with 95 % confidence the true share is above 3.66 %. 1 more gate failed.',
  verdict: { verdict: 'failed', reason: 'gates-failed' },
  scale: { ...scale, requests: 4730 },
  notes: [],
  minutes: 2.8,
});
