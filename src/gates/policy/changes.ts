import { canonicalJson } from '../canonical';
import { counted } from '../format';
import { minRequestsOf } from '../judges/rules';
import { STAGES, type StageName } from '../vocabulary';
import { type Direction, either, opposite } from './changes-rule';
import { type EffectiveGate, GATE_TABLE, type Node, POLICY_TABLE, STAGE_TABLE } from './changes-table';
import { isProportion, unitOf } from './expression';
import type { PolicyGate } from './gate';
import type { Policy } from './policy';

/** One difference between two policies that changes an outcome. */
export interface PolicyChange {
  /** Null for what concerns all stages. */
  readonly stage: StageName | null;
  readonly gate: string | null;
  /** Path below the gate, else below the stage, else in the policy: `max`, `load.standard.rate`, `promotion.maxEvidenceAge`. */
  readonly key: string;
  /** As a person reads it, not yet escaped for any medium; null where the key is not set. */
  readonly before: string | null;
  readonly after: string | null;
  readonly direction: Direction;
}
type Difference = Omit<PolicyChange, 'stage' | 'gate'>;
type Values = Readonly<Record<string, unknown>>;

/**
 * What differs between two policies: stages as they run, each with its gates, then the rest. Defaults are compared where they
 * count, at each gate. The same policies, however they are spelt, give none; swapped, each direction is the opposite.
 */
export function policyChanges(base: Policy, head: Policy): readonly PolicyChange[] {
  const ofStages = STAGES.flatMap((stage) => [
    ...stageDifferences(base, head, stage).map((difference) => ({ stage, gate: null, ...difference })),
    ...gateIds(base, head, stage).flatMap((gate) =>
      gateDifferences(base, head, stage, gate).map((difference) => ({ stage, gate, ...difference })),
    ),
  ]);
  const rest = differences(policyValues(base), policyValues(head), { added: 'changed', keys: POLICY_TABLE as Record<string, Node> }, '');
  return [...ofStages, ...rest.map((difference) => ({ stage: null, gate: null, ...difference }))];
}

function stageDifferences(base: Policy, head: Policy, stage: StageName): readonly Difference[] {
  const [before, after] = [stageValues(base, stage), stageValues(head, stage)];
  const table: Node = { added: 'tightened', keys: STAGE_TABLE as Record<string, Node> };
  if (before !== undefined && after !== undefined) return differences(before, after, table, '');
  if (before === after) return [];
  const shown = (policy: Policy) => (policy.stages[stage] === undefined ? null : counted(policy.stages[stage].gates.length, 'gate'));
  return [{ key: 'stage', before: shown(base), after: shown(head), direction: after === undefined ? 'loosened' : 'tightened' }];
}

function gateDifferences(base: Policy, head: Policy, stage: StageName, id: string): readonly Difference[] {
  const [before, after] = [gateOf(base, stage, id), gateOf(head, stage, id)];
  const asksRequests = [before, after].some((gate) => gate !== undefined && 'minRequests' in gate && gate.minRequests !== undefined);
  const [was, is] = [effective(base, before, asksRequests), effective(head, after, asksRequests)];
  if (was !== undefined && is !== undefined && was['judge'] === is['judge']) return differences(was, is, gateNode, '');
  if (was === is) return [];
  const direction = was === undefined ? 'tightened' : is === undefined ? 'loosened' : 'changed';
  return [{ key: 'gate', before: describe(was, gateNode), after: describe(is, gateNode), direction }];
}

const gateNode: Node = { added: 'tightened', keys: GATE_TABLE as Record<string, Node> };

/** Descends as far as both sides have values; a key that no rule knows is shown all the same. */
function differences(before: unknown, after: unknown, node: Node, path: string): readonly Difference[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if ('keys' in node && before !== undefined && after !== undefined) {
    const [was, is] = [before as Values, after as Values];
    const keys = new Set([...Object.keys(node.keys), ...Object.keys(was), ...Object.keys(is)]);
    return [...keys].flatMap((key) => differences(was[key], is[key], node.keys[key] ?? unknownKey, path === '' ? key : `${path}.${key}`));
  }
  const direction = directionOf(before, after, node);
  return direction === null ? [] : [{ key: path, before: describe(before, node), after: describe(after, node), direction }];
}

function directionOf(before: unknown, after: unknown, node: Node): Direction | null {
  if (!('keys' in node)) return node.compare(before, after);
  return before === undefined ? node.added : opposite(node.added);
}

const unknownKey = either<unknown>((value) => JSON.stringify(value));

function describe(value: unknown, node: Node): string | null {
  if (value === undefined) return null;
  if (!('keys' in node)) return node.show(value);
  return Object.entries(value as Values)
    .filter(([, part]) => part !== undefined)
    .map(([key, part]) => `${key} ${describe(part, node.keys[key] ?? unknownKey)}`)
    .join(', ');
}

function gateIds(base: Policy, head: Policy, stage: StageName): readonly string[] {
  return [...new Set([base, head].flatMap((policy) => (policy.stages[stage]?.gates ?? []).map(({ id }) => id)))];
}

function gateOf(policy: Policy, stage: StageName, id: string): PolicyGate | undefined {
  return policy.stages[stage]?.gates.find((gate) => gate.id === id);
}

/** A gate as it is judged. `asksRequests`: say how many requests it needs even where that follows from its limit. */
function effective(policy: Policy, gate: PolicyGate | undefined, asksRequests: boolean): EffectiveGate | undefined {
  if (gate === undefined) return undefined;
  const { id, judge, of, mode, ...rest } = gate;
  const { defaults } = policy;
  const common = { judge, of: of.text, mode: mode ?? defaults?.mode ?? 'enforce', ...rest };
  const confidence = ('confidence' in gate ? gate.confidence : undefined) ?? defaults?.confidence ?? 0.95;
  if (gate.judge === 'leak') return { ...common, ...omitLimits, confidence };
  if (gate.judge === 'idle-return') return { ...common, ...omitLimits };
  if (gate.judge === 'recovery') return { ...common, ...omitLimits, max: { unit: 'ms', value: gate.max } };
  if (gate.judge === 'capacity') return { ...common, ...omitLimits, max: { unit: 'fraction', value: gate.max } };
  const unit = unitOf(of);
  if (gate.judge === 'baseline') {
    const max = gate.max && { unit, value: gate.max.value };
    return { ...common, ...omitLimits, confidence, max, maxIncreaseAbsolute: { unit, value: gate.maxIncreaseAbsolute.value } };
  }
  return {
    ...common,
    ...omitLimits,
    confidence: isProportion(of) ? confidence : undefined,
    max: { unit, value: gate.max.value },
    warn: gate.warn && { unit, value: gate.warn.value },
    minRequests: asksRequests ? minRequestsOf(gate) : undefined,
  };
}

const omitLimits = { max: undefined, warn: undefined, maxIncreaseAbsolute: undefined } as const;

function stageValues(policy: Policy, stage: StageName): Values | undefined {
  const declared = policy.stages[stage];
  if (declared === undefined) return undefined;
  const { gates, ...rest } = declared;
  return rest;
}

function policyValues({ version, defaults, stages, ...rest }: Policy): Values {
  return rest;
}
