import { plannedUntil } from '../early/planned-until';
import type { LoadEvidence, StageEvidence } from '../evidence-schema';
import { formatDuration, formatNumber, formatPercent } from '../format';
import { routeQuantile } from '../measure/client';
import { foreignTraffic, gatewayRequests } from '../measure/traffic';
import type { Policy } from '../policy/policy';
import { REASONS, type ReasonCode } from '../reasons';
import { judgeCanaryTraffic } from './canary-traffic';
import { type Judgement, judgement } from './judgement';
import { accountProblems } from './load-accounts';
import { windowProblems } from './load-windows';
import { RATE_SHARE } from './rules';

const LAG_P95_MS = 20;
const CPU_PRESSURE_PERCENT = 85;
/** The control route may slow down so many times against smoke before the platform itself is suspected... */
const CONTROL_FACTOR = 10;
/** ...but below this its latency is no sign of a starved generator, which lag and CPU pressure show first. */
const CONTROL_LEAST_MS = 100;
const COUNT_SHARE = 0.02;

export interface LoadContext {
  readonly stage: StageEvidence;
  readonly policy: Policy;
  /** Stages of the same run that ran before, whose traffic is not foreign. */
  readonly earlier: readonly StageEvidence[];
}

/** A reason against the load: code and half a sentence. */
interface Objection {
  readonly reason: ReasonCode;
  readonly text: string;
}

/**
 * Was the planned load applied, and did the gateway see it? Judged before anything else: without load every metric
 * looks healthy. In a canary production's own clients are the load, so only the requests per version count.
 */
export function judgeLoad(context: LoadContext): Judgement {
  const { stage } = context;
  const base = { limit: null, unit: 'ratio' };
  if (stage.fault !== null)
    return judgement(faultReason(stage.fault.reason), `The stage could not be completed: ${stage.fault.detail}.`, base);
  if (stage.load?.outcome === 'failed') {
    const code = stage.load.exitCode === null ? '' : ` (exit code ${stage.load.exitCode})`;
    return judgement('load-tool-failed', `k6 did not run to its end${code}: ${stage.load.detail ?? 'no detail'}.`, base);
  }
  if (stage.load?.outcome === 'stopped' && stage.stopped === undefined)
    return judgement('aborted', `The load was stopped before its end: ${stage.load.detail ?? 'no detail'}.`, base);
  if (stage.name === 'canary') return judgeCanaryTraffic(context);
  if (stage.load === null) return judgement('load-not-applied', 'k6 left no evidence of any load.', base);
  return judgeApplied(context, stage.load);
}

/** A fault's reason code, or `target-failed` for one that is not in the closed list or would not block. */
export function faultReason(reason: string): ReasonCode {
  const known = Object.hasOwn(REASONS, reason) ? (reason as ReasonCode) : 'target-failed';
  return REASONS[known].verdict === 'inconclusive' ? known : 'target-failed';
}

function judgeApplied(context: LoadContext, load: LoadEvidence): Judgement {
  const { stage } = context;
  const gateway = gatewayRequests(stage);
  const objections = [
    ...generatorObjections(plannedUntil(stage).ended, load),
    ...admissionObjections(load),
    ...totalsObjections(stage, load),
    ...controlObjections(context),
    ...gatewayObjections(context, load),
    ...[...windowProblems(stage, context.policy), ...accountProblems(stage, load)].map((text) => ({
      reason: 'load-not-applied' as const,
      text,
    })),
  ];
  const ratio = load.plannedRate > 0 ? load.achievedRate / load.plannedRate : 0;
  const rest = {
    value: ratio,
    limit: RATE_SHARE,
    unit: 'ratio',
    n: load.requests,
    details: {
      plannedRate: load.plannedRate,
      achievedRate: load.achievedRate,
      dropped: load.dropped,
      answered: load.answered,
      gatewayRequests: gateway.ok ? gateway.value : null,
      arrivalLagP95Ms: load.arrivalLagP95Ms,
      cpuPressure: load.cpuPressure,
    },
  };
  const [first] = objections;
  if (first !== undefined) return judgement(first.reason, `${objections.map(({ text }) => capitalised(text)).join('; ')}.`, rest);
  const until = stage.stopped === undefined ? '' : ', until it was stopped';
  const seen = `${load.requests} requests at ${formatNumber(load.achievedRate)}/s of ${formatNumber(load.plannedRate)}/s planned${until}, none dropped; the gateway counted ${gateway.ok ? formatNumber(gateway.value) : 0}.${controlNote(context)}`;
  return judgement('load-applied', seen, rest);
}

/** @param planned iterations that must have ended */
function generatorObjections(planned: number, load: LoadEvidence): Objection[] {
  const texts = [
    load.iterations === 0 && 'k6 ran no iteration',
    (planned === 0 || load.plannedRate === 0) && 'the load was stopped before any of it must have ended',
    !(load.achievedRate >= RATE_SHARE * load.plannedRate) &&
      `k6 reached ${formatNumber(load.achievedRate)} of ${formatNumber(load.plannedRate)} iterations per second`,
    !(load.iterations >= RATE_SHARE * planned) && `k6 ran ${load.iterations} of ${formatNumber(planned)} planned iterations`,
    load.dropped !== 0 && `k6 dropped ${load.dropped} iterations`,
    load.arrivalLagP95Ms !== null &&
      !(load.arrivalLagP95Ms <= LAG_P95_MS) &&
      `iterations began late (p95 ${formatDuration(load.arrivalLagP95Ms)}, limit ${formatDuration(LAG_P95_MS)})`,
    load.cpuPressure !== null &&
      !(load.cpuPressure <= CPU_PRESSURE_PERCENT) &&
      `the machine was short of CPU (pressure ${formatNumber(load.cpuPressure)} %, limit ${CPU_PRESSURE_PERCENT} %)`,
  ];
  return texts.filter((text) => text !== false).map((text) => ({ reason: 'load-not-applied', text }));
}

/** Mostly 401, 403 or 429 (the gateway's own throttling): nobody was let in, and the release was never asked. */
function admissionObjections({ answered, statuses }: LoadEvidence): Objection[] {
  const refused = ['401', '403', '429'].reduce((sum, status) => sum + (statuses[status] ?? 0), 0);
  if (refused * 2 <= answered) return [];
  const text = `${refused} of ${answered} answers were 401, 403 or 429: the load was not let in (rights, clock or address of the generator, the gateway's throttling)`;
  return [{ reason: 'load-not-applied', text }];
}

/** k6's own totals are the cross-check of the series read from it. */
function totalsObjections({ plan }: StageEvidence, load: LoadEvidence): Objection[] {
  const { summary } = load;
  if (summary === null) {
    return load.outcome === 'completed' ? [{ reason: 'load-not-applied', text: 'k6 wrote no totals to check its series against' }] : [];
  }
  const pairs = [
    ['iterations', summary.iterations, load.iterations, 0],
    ['requests', summary.requests, load.requests, plan.warm],
    ['dropped iterations', summary.dropped, load.dropped, 0],
  ] as const;
  return pairs
    .filter(([, total, series, warm]) => !(Math.abs(total - series) <= warm))
    .map(([what, total, series]) => ({ reason: 'load-not-applied', text: `k6's totals say ${total} ${what}, its series ${series}` }));
}

function controlObjections({ stage, policy, earlier }: LoadContext): Objection[] {
  const route = policy.control?.route;
  const smoke = smokeQuantile(earlier, route);
  // Where environments are lost on purpose, some requests of any route wait for a new one: there the median tells a starved host.
  const share = stage.plan.failoverAtMs === undefined ? 0.95 : 0.5;
  const now = route === undefined ? null : routeQuantile(stage, route, share);
  if (route !== undefined && !stage.load?.judged.some((counted) => counted.route === route && counted.requests > 0)) {
    return [
      {
        reason: 'load-not-applied',
        text: `no request went to the control route ${route}, which tells a failing platform from a failing release`,
      },
    ];
  }
  if (smoke === null || now === null) return [];
  const limit = Math.max(CONTROL_FACTOR * smoke, CONTROL_LEAST_MS);
  if (now <= limit) return [];
  return [
    {
      reason: 'load-not-applied',
      text: `${route}, which does not touch Redis, took ${formatDuration(now)} (${share === 0.5 ? 'median' : 'p95'}; ${formatDuration(smoke)} in smoke, limit ${formatDuration(limit)})`,
    },
  ];
}

function smokeQuantile(earlier: readonly StageEvidence[], route: string | undefined): number | null {
  const smoke = earlier.find(({ name }) => name === 'smoke');
  return route === undefined ? null : routeQuantile(smoke, route, 0.95);
}

/** Without smoke nothing tells a starved platform by its control route: that is said, not passed over. */
function controlNote({ stage, policy, earlier }: LoadContext): string {
  const route = policy.control?.route;
  if (route === undefined || stage.name === 'smoke' || smokeQuantile(earlier, route) !== null) return '';
  return ` How long ${route} took was not compared: no smoke timed it before.`;
}

/**
 * The gateway must have counted what got an answer. A request that k6 gave up on may have been counted or not; so may
 * those that warmed the environments.
 */
function gatewayObjections({ stage, earlier }: LoadContext, load: LoadEvidence): Objection[] {
  const counted = gatewayRequests(stage);
  if (!counted.ok) return [{ reason: counted.reason, text: counted.detail }];
  const least = load.answered * (1 - COUNT_SHARE) - stage.plan.warm;
  const most = (load.requests + openRequests(stage, load)) * (1 + COUNT_SHARE) + stage.plan.warm;
  const texts: string[] = [];
  if (!(counted.value >= least && counted.value <= most)) {
    texts.push(
      `the gateway counted ${formatNumber(counted.value)} requests, k6 got ${load.answered} answers (tolerance ${formatPercent(COUNT_SHARE)})`,
    );
  }
  const foreign = foreignTraffic(stage, earlier);
  if (!foreign.ok) return [{ reason: foreign.reason, text: foreign.detail }];
  const allowed = Math.max(1, COUNT_SHARE * load.plannedRate * stage.periodSeconds * foreign.value.periods);
  if (foreign.value.requests > allowed)
    texts.push(`${formatNumber(foreign.value.requests)} requests of somebody else reached the tier before the load`);
  return texts.map((text) => ({ reason: 'load-not-applied', text }));
}

/** Requests that had begun when the load was stopped and got no answer any more: what was planned until then and has not ended. */
function openRequests(stage: StageEvidence, load: LoadEvidence): number {
  if (stage.stopped === undefined || load.iterations === 0) return 0;
  return Math.max(0, plannedUntil(stage).begun - load.iterations) * (load.requests / load.iterations);
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
