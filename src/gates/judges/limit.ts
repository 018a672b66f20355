import type { StageEvidence } from '../evidence-schema';
import { routesOf } from '../measure/client';
import { unmeasured } from '../measure/measured';
import type { LimitGate } from '../policy/gate';
import { type JudgeContext, type Judgement, notMeasured } from './judgement';
import { withFloor } from './limit-floor';
import { judgeFor } from './limit-for';
import { judgeWhole } from './limit-whole';
import { judgeWithin } from './limit-within';
import { limitOf } from './limit-words';
import { worstOf } from './worst';

/**
 * A measurement against its limit: of the whole judged window, of every stretch of it (`within`), or of what lasted (`for`). A
 * proportion fails when the exact lower bound of its share exceeds the limit, passes when the observed share does not and enough
 * requests were seen, and is undecided between. Everything else is compared directly.
 */
export function judgeLimit(gate: LimitGate, context: JudgeContext): Judgement {
  if (!gate.of.perRoute) return judgeRoute(gate, context, gate.route ?? null);
  const routes = routesOf(context.stage);
  if (routes.length === 0) return notMeasured(unmeasured('metric-missing', 'k6 counted no request in the judged window'), limitOf(gate));
  return worstOf(routes.map((route) => judgeRoute(gate, context, route)));
}

function judgeRoute(gate: LimitGate, { stage }: JudgeContext, route: string | null): Judgement {
  const judged = withFloor(gate, stage, judgeWindow(gate, stage, route));
  return route === null ? judged : { ...judged, route };
}

function judgeWindow(gate: LimitGate, stage: StageEvidence, route: string | null): Judgement {
  if (gate.for !== undefined) return judgeFor(gate, gate.for, stage, route);
  return gate.within === undefined ? judgeWhole(gate, stage, route) : judgeWithin(gate, gate.within, stage, route);
}
