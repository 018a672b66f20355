import type { GateReport, GateVerdict, StageReport } from '../../gates/report-schema';
import { gate } from './gate-builder';
import { SOAK_LEAKING } from './gates-open';
import { FAILED_RUN } from './runs';

const levels = { n: 3, limit: 3, unit: 'connections per environment' } as const;

/** What is certain after a quarter of the soak. */
const CERTAIN: readonly GateVerdict[] = [
  gate({
    id: 'redis-connection-leak',
    judge: 'leak',
    of: 'redis.connections',
    reason: 'leak-level',
    value: 349.333333333,
    ...levels,
    message: 'Environments held up to 349.3 connections each, limit 3 (3 datapoints, 6 environments).',
  }),
  gate({
    id: 'redis-new-connections',
    judge: 'limit',
    of: 'redis.newConnections / api.requests',
    reason: 'above-limit',
    value: 1,
    limit: 0.05,
    unit: 'ratio',
    n: 900,
    message: 'New connections: 900 for 900 requests at the gateway, 1 each, limit 0.05.',
  }),
];

function atTheStop(verdict: GateVerdict): GateVerdict {
  if (verdict.judge === 'load-validity') return { ...verdict, n: 1322, message: verdict.message.replace('3900 requests', '1322 requests') };
  const certain = CERTAIN.find(({ id }) => id === verdict.id);
  if (certain !== undefined) return certain;
  return {
    ...verdict,
    verdict: 'inconclusive',
    reason: 'stopped-early',
    warned: false,
    value: null,
    n: 0,
    details: {},
    message: 'No verdict: the load was stopped before this could be judged. Measured until then: 900 of 3,600 requests.',
  };
}

function stopped(stage: StageReport): StageReport {
  if (stage.name !== 'soak' || stage.window === null) return stage;
  return {
    ...stage,
    window: { ...stage.window, end: new Date(Date.parse(stage.window.start) + 30_000).toISOString() },
    load: stage.load && { ...stage.load, requests: 1322, failedRate: 0 },
    stopped: { look: 0.25, afterSeconds: 27, savedSeconds: 43 },
    gates: SOAK_LEAKING.gates.map(atTheStop),
  };
}

/** The incident again, stopped at the first look. */
export const STOPPED_REPORT: GateReport = {
  ...FAILED_RUN.report,
  message:
    'Failed in soak. redis-connection-leak: Environments held up to 349.3 connections each, limit 3 (3 datapoints, 6 environments). 1 more gate failed. The load was stopped at 25 % of the soak, because a gate was certain to fail whatever the rest had brought: that saved 43 s of load.',
  stages: FAILED_RUN.report.stages.map(stopped),
  scale: FAILED_RUN.report.scale && { ...FAILED_RUN.report.scale, requests: 1372, connectionsPeak: 2096 },
  notes: [],
};
