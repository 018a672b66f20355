import type { StageEvidence } from '../../gates/evidence-schema';
import { measureFloor } from '../../gates/measure/floor';
import type { GateVerdict, StageReport } from '../../gates/report-schema';
import { formatLimit } from '../numbers';
import { drawnWindow, nodeTimelines, perEnvironmentTimeline, perSecond, quotient, type Timeline, thinned, timelineOf } from '../timelines';
import { formatSpan, spanOf } from '../times';
import type { Chart, ChartLevel, ChartLine, LineRole } from './chart';

/** Fewer datapoints than this are no course. */
const MIN_POINTS = 3;
/** More datapoints than this cannot be told apart in a drawing. */
const MAX_POINTS = 400;

/** The charts of a stage, leaving out those that the evidence has too little for. */
export function chartsOf(evidence: StageEvidence, report: StageReport): readonly Chart[] {
  const context: Context = { evidence, gates: report.gates, drawn: shortStage(evidence) ? evidence.window : drawnWindow(evidence) };
  return [connections(context), perEnvironment(context), newConnections(context), requests(context), latency(context)].filter(hasCourse);
}

interface Context {
  readonly evidence: StageEvidence;
  readonly gates: readonly GateVerdict[];
  readonly drawn: Chart['drawn'];
}

function connections({ evidence, gates, drawn }: Context): Chart {
  const [total, nodes] = [timelineOf(evidence, 'redis.connections', drawn), nodeTimelines(evidence, drawn)];
  const roles: readonly LineRole[] = ['second', 'third'];
  const floor = measureFloor(evidence).value;
  const idle = gates.find(({ judge }) => judge === 'idle-return');
  const idleLimit = idle?.limit != null && evidence.after !== null ? [level('idle limit', 'limit', idle.limit, evidence.after)] : [];
  const capacity = gates.find(({ judge }) => judge === 'capacity');
  return {
    ...frame({ evidence, drawn }, 'connections', 'Redis connections', 'count'),
    lines: [...line('all nodes', 'main', total), ...nodes.flatMap(({ label, timeline }, i) => line(label, roles[i] ?? 'third', timeline))],
    levels: [...(floor === null ? [] : [level('floor', 'floor', floor, drawn)]), ...idleLimit],
    note: sentence(
      floor === null ? 'The floor before the load was not settled.' : null,
      idle?.limit == null ? null : 'The idle limit holds for the end of the wait after the load.',
      capacity?.limit == null
        ? null
        : `Capacity (${formatLimit(capacity)} per node) is judged on the projection to production’s peak, not on this chart.`,
    ),
  };
}

function perEnvironment({ evidence, gates, drawn }: Context): Chart {
  const leak = gates.find(({ judge }) => judge === 'leak');
  return {
    ...frame({ evidence, drawn }, 'per-environment', 'Redis connections per execution environment', 'ratio'),
    lines: line('connections per environment', 'main', perEnvironmentTimeline(evidence, drawn)),
    levels: leak?.limit == null ? [] : [level('limit', 'limit', leak.limit, drawn)],
    note: 'Without the connections that the cache service itself keeps; environments are the highest concurrency since the version was deployed.',
  };
}

function newConnections({ evidence, gates, drawn }: Context): Chart {
  const gate = gates.find(({ of }) => of === 'redis.newConnections / api.requests');
  const course = quotient(timelineOf(evidence, 'redis.newConnections', drawn), timelineOf(evidence, 'api.requests', drawn));
  return {
    ...frame({ evidence, drawn }, 'new-connections', 'New Redis connections per request', 'ratio'),
    lines: line('new connections per request', 'main', course),
    levels: gate?.limit == null ? [] : [level('limit', 'limit', gate.limit, evidence.judged)],
    note: sentence(
      'Periods without requests are left out.',
      gate === undefined ? null : 'The gate judges the quotient over the whole judged window.',
    ),
  };
}

function requests({ evidence, gates, drawn }: Context): Chart {
  const gate = gates.find(({ of }) => of === 'api.5xx / api.requests');
  return {
    ...frame({ evidence, drawn }, 'requests', 'Requests and 5XX answers per second', 'per second'),
    lines: [
      ...line('requests', 'main', perSecond(timelineOf(evidence, 'api.requests', drawn))),
      ...line('5XX answers', 'bad', perSecond(timelineOf(evidence, 'api.5xx', drawn))),
    ],
    levels: [],
    note: sentence(gate === undefined ? null : `Limit for 5XX answers: ${formatLimit(gate)} of the requests in the judged window.`),
  };
}

function latency({ evidence, gates, drawn }: Context): Chart {
  const direct = gates.filter(
    ({ judge, of, limit }) => judge === 'limit' && limit !== null && (of === 'client.p95' || of === 'api.latencyP95'),
  );
  const recovery = gates.find(({ judge }) => judge === 'recovery')?.details['p95Bound'] ?? null;
  const after = { start: plateauEnd(evidence), end: evidence.window.end };
  return {
    ...frame({ evidence, drawn }, 'latency', 'p95 latency', 'ms'),
    lines: [
      ...line('at the clients (k6, per second)', 'second', timelineOf(evidence, 'client.p95', drawn)),
      ...line('at the gateway (CloudWatch)', 'main', timelineOf(evidence, 'api.latencyP95', drawn)),
    ],
    levels: [
      ...direct.map((gate) => level('limit', 'limit', gate.limit ?? 0, evidence.judged)),
      ...(recovery === null ? [] : [level('recovered below', 'limit', recovery, after)]),
    ],
    note: sentence(recovery === null ? null : 'After the spike the release counts as recovered once it stays below the line.'),
  };
}

function frame({ evidence, drawn }: Pick<Context, 'evidence' | 'drawn'>, id: string, title: string, unit: Chart['unit']) {
  return { id: `${evidence.tier}-${evidence.name}-${id}`, title, unit, drawn, load: evidence.window, judged: evidence.judged };
}

function line(label: string, role: LineRole, timeline: Timeline | null): ChartLine[] {
  if (timeline === null) return [];
  const shown = thinned(timeline, MAX_POINTS);
  const folded = shown.periodMs === timeline.periodMs ? '' : `, highest of every ${formatSpan(shown.periodMs)}`;
  return [{ label: `${label}${folded}`, role, timeline: shown }];
}

function level(label: string, kind: ChartLevel['kind'], value: number, window: ChartLevel['window']): ChartLevel {
  return { label, kind, value, window };
}

function plateauEnd({ window, plan }: StageEvidence): string {
  return plan.plateau === null ? window.start : new Date(Date.parse(window.start) + plan.plateau.toMs).toISOString();
}

function sentence(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' ');
}

/** Too short for CloudWatch to show a course; only what k6 saw second by second is left. */
function shortStage({ window, periodSeconds }: StageEvidence): boolean {
  return spanOf(window) < MIN_POINTS * periodSeconds * 1000;
}

function hasCourse({ lines, load }: Chart): boolean {
  const from = Date.parse(load.start);
  return lines.some(({ timeline }) => timeline.points.filter(([at, value]) => at >= from && value !== null).length >= MIN_POINTS);
}
