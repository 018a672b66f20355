import { metricNamed } from '../../src/gates/catalogue';
import type { Expression } from '../../src/gates/policy/expression';
import type { Gate } from '../../src/gates/policy/gate';
import type { Policy } from '../../src/gates/policy/policy';
import { gatesOf } from '../../src/gates/policy/resolve';
import { STAGES } from '../../src/gates/vocabulary';
import { ConfigurationError } from '../../src/pipeline/errors';

/** A level of a metric or quotient above which an alarm is raised. */
export interface Limit {
  readonly of: Expression;
  /** In the metric's own unit (the catalogue's), not in its source's. */
  readonly max: number;
  /** A period with a smaller denominator says nothing; 0 where there is none. */
  readonly atLeast: number;
  /** Where the number comes from. */
  readonly from: string;
}

/**
 * Levels that stand for a tier in trouble under any load: a saturated engine, a replica that serves old data (ms). A gate's limit on these
 * holds for the load of its stage, and production's is many times that.
 */
const SATURATED = { 'redis.engineCpu': 0.9, 'redis.replicationLag': 10_000 };

/**
 * What a tier is watched for at all times: the limits of the enforced gates on metrics that AWS has. Of several gates on one expression the
 * most lenient counts: an alarm is for what no stage tolerates. What is tolerated while a primary is lost on purpose is no measure.
 */
export function tierLimits(policy: Policy): readonly Limit[] {
  const limits = STAGES.filter((stage) => stage !== 'canary' && stage !== 'failover').flatMap((stage) =>
    limitsOf(policy, gatesOf(policy, stage), stage),
  );
  const lenient = onePerExpression(limits, (a, b) => a.max > b.max).filter(({ of }) => !(of.text in SATURATED));
  const saturated = Object.entries(SATURATED).map(([name, max]) => ({
    of: measured(name),
    max,
    atLeast: 0,
    from: 'saturation, whatever the load',
  }));
  return [...lenient, ...saturated];
}

/** CodeDeploy takes ten alarms; one of them tells it that nobody watches. */
const MOST_CANARY_LIMITS = 9;

/**
 * What a canary is taken back for although nobody judges it: the canary's own gates, as far as one period can show them. Of several gates
 * on one expression the strictest counts.
 * @throws ConfigurationError when CodeDeploy cannot watch them all
 */
export function canaryLimits(policy: Policy): readonly Limit[] {
  const strictest = onePerExpression(limitsOf(policy, gatesOf(policy, 'canary'), 'canary'), (a, b) => a.max < b.max);
  if (strictest.length <= MOST_CANARY_LIMITS) return strictest;
  throw new ConfigurationError(
    `stages.canary.gates: CodeDeploy watches at most ${MOST_CANARY_LIMITS} of a canary's metrics, these gates enforce limits on ${strictest.length}: ${strictest.map(({ of }) => of.text).join(', ')}; let some of them only observe`,
  );
}

/** Of the limits on one expression the one that is `better` than the others. */
function onePerExpression(limits: readonly Limit[], better: (limit: Limit, than: Limit) => boolean): readonly Limit[] {
  const best = new Map<string, Limit>();
  for (const limit of limits) {
    const known = best.get(limit.of.text);
    if (known === undefined || better(limit, known)) best.set(limit.of.text, limit);
  }
  return [...best.values()];
}

function limitsOf(policy: Policy, gates: readonly Gate[], stage: string): readonly Limit[] {
  return gates.flatMap((gate): Limit[] => {
    if (gate.mode !== 'enforce' || !isOnAws(gate)) return [];
    const from = `gate ${gate.id} of ${stage}`;
    if (gate.judge === 'capacity') {
      const max = policy.production.cacheMaxConnectionsPerNode * gate.max;
      return [{ of: measured('redis.connectionsPerNode'), max, atLeast: 0, from }];
    }
    if (gate.judge !== 'limit' || gate.of.perRoute || gate.route !== undefined) return [];
    return [{ of: gate.of, max: gate.max.value, atLeast: gate.of.denominator === null ? 0 : leastDenominator(gate), from }];
  });
}

/** By the rule of three, for ratios too: one new connection in a period with one request is no sign of anything. */
function leastDenominator({ max, minRequests }: Extract<Gate, { judge: 'limit' }>): number {
  return minRequests ?? (max.value > 0 ? Math.ceil(Number((3 / max.value).toPrecision(12))) : 1);
}

function isOnAws({ of }: Gate): boolean {
  return [of.numerator, of.denominator].every((name) => name === null || metricNamed(name).source === 'cloudwatch');
}

function measured(name: string): Expression {
  return { text: name, numerator: name, denominator: null, perRoute: false };
}
