import type { StageEvidence, Window } from '../gates/evidence-schema';
import { parseExpression } from '../gates/policy/expression';
import type { GateVerdict } from '../gates/report-schema';
import { perEnvironmentTimeline, quotient, type Timeline, timelineOf } from './timelines';

/** The course of what a gate looked at; null when the evidence has nothing to draw. */
export function shapeOf(gate: GateVerdict, stage: StageEvidence): Timeline | null {
  const whole: Window = { start: stage.window.start, end: (stage.after ?? stage.window).end };
  switch (gate.judge) {
    case 'load-validity':
      return timelineOf(stage, 'client.requests', stage.window);
    case 'leak':
      return perEnvironmentTimeline(stage, stage.judged);
    case 'idle-return':
      return timelineOf(stage, 'redis.connections', whole);
    case 'capacity':
      return timelineOf(stage, 'redis.connectionsPerNode', stage.judged);
    case 'recovery':
      return timelineOf(stage, 'client.p95', stage.window);
    case 'limit':
    case 'baseline':
      return limitShape(gate, stage);
  }
}

function limitShape(gate: GateVerdict, stage: StageEvidence): Timeline | null {
  const of = parseExpression(gate.of);
  if (typeof of === 'string' || (gate.of.startsWith('client.') && !coversAllRoutes(gate, stage))) return null;
  const above = timelineOf(stage, of.numerator, stage.judged);
  return of.denominator === null ? above : quotient(above, timelineOf(stage, of.denominator, stage.judged));
}

/** A gate on one route must not be drawn with the requests of all; its sample size tells the two apart. */
function coversAllRoutes(gate: GateVerdict, stage: StageEvidence): boolean {
  return gate.n === (stage.load?.judged ?? []).reduce((sum, { requests }) => sum + requests, 0);
}
