import { findMetric } from '../catalogue';
import { type Expression, isCounter, isProportion, unitOf } from './expression';
import type { PolicyGate } from './gate';
import type { Finding, Path } from './problems';
import type { Quantity } from './quantities';

type Written<Judge extends PolicyGate['judge']> = Extract<PolicyGate, { judge: Judge }>;

/** Whether a gate's numbers mean something: their units, their order, and whether its judge reads them. */
export function checkLimits(gate: PolicyGate, path: Path): Finding[] {
  switch (gate.judge) {
    case 'limit':
      return [...checkMax(gate, path), ...checkWarn(gate, path), ...checkWindow(gate, path), ...checkEnough(gate, path)];
    case 'baseline':
      return [
        ...checkMax(gate, path),
        ...checkNone(gate, path),
        ...checkUnit(gate.of, gate.maxIncreaseAbsolute, [...path, 'maxIncreaseAbsolute']),
        ...checkWithinReach(gate.of, gate.maxIncreaseAbsolute, [...path, 'maxIncreaseAbsolute']),
      ];
    case 'capacity':
      return gate.max <= 0 || gate.max > 1 ? [{ path: [...path, 'max'], message: 'must lie above 0% and not above 100%' }] : [];
    case 'leak':
      return gate.growthFloor <= 0 ? [{ path: [...path, 'growthFloor'], message: 'must be above 0%: noise always grows a little' }] : [];
    case 'idle-return':
    case 'recovery':
      return [];
  }
}

function checkMax({ of, max }: Written<'limit' | 'baseline'>, path: Path): Finding[] {
  if (max === undefined) return [];
  const at = [...path, 'max'];
  return [...checkUnit(of, max, at), ...checkWithinReach(of, max, at)];
}

/** A share, and a utilization, can never exceed 100 %: such a limit would let everything pass. Often a percent sign was forgotten. */
function checkWithinReach(of: Expression, { unit, value }: Quantity, path: Path): Finding[] {
  if (unitOf(of) !== 'fraction' || unit === 'ms' || value < 1) return [];
  const meant = unit === 'number' && value < 100 && value !== 1 ? `; did you mean "${value}%"?` : '';
  return [{ path, message: `must be below 100%: ${of.text} can never exceed it${meant}` }];
}

/** A share of none takes a number of requests, which only the judge `limit` is told. */
function checkNone({ of, max }: Written<'baseline'>, path: Path): Finding[] {
  if (max?.value !== 0 || !isProportion(of)) return [];
  return [{ path: [...path, 'max'], message: 'none at all is for a gate of the judge "limit", which has minRequests' }];
}

function checkWarn({ of, max, warn }: Written<'limit'>, path: Path): Finding[] {
  if (warn === undefined) return [];
  const at = [...path, 'warn'];
  return [
    ...checkUnit(of, warn, at),
    ...checkWithinReach(of, warn, at),
    ...(warn.value >= max.value ? [{ path: at, message: 'must be below max' }] : []),
  ];
}

function checkWindow(gate: Written<'limit'>, path: Path): Finding[] {
  if (gate.within === undefined) return [];
  const at = [...path, 'within'];
  if (gate.for !== undefined) return [{ path: at, message: '"for" and "within" exclude each other: what lasts, or the worst stretch' }];
  if (gate.of.denominator !== null || isCounter(gate.of.numerator)) return [];
  const message = `only what is counted adds up in a stretch: the highest ${gate.of.numerator} of a stretch is the highest of all; did you mean "for"?`;
  return [{ path: at, message }];
}

/** How much a gate must have seen: requests or datapoints, each where its judge asks for it. */
function checkEnough({ id, of, max, minRequests, minDatapoints, confidence }: Written<'limit'>, path: Path): Finding[] {
  const findings: Finding[] = [];
  const proportion = isProportion(of);
  if (proportion && max.value === 0 && minRequests === undefined) {
    findings.push({ path, message: `the gate "${id}" allows none at all: say with minRequests how many requests it must have seen` });
  }
  const requests = of.denominator !== null || findMetric(of.numerator)?.source === 'k6';
  if (requests && minDatapoints !== undefined) {
    const message = proportion ? 'a proportion is judged by minRequests' : 'this measurement is judged by minRequests';
    findings.push({ path: [...path, 'minDatapoints'], message });
  }
  if (!requests && minRequests !== undefined)
    findings.push({ path: [...path, 'minRequests'], message: 'a value of CloudWatch is judged by minDatapoints' });
  if (!proportion && confidence !== undefined)
    findings.push({ path: [...path, 'confidence'], message: 'only a proportion is judged with a confidence' });
  return findings;
}

function checkUnit(of: Expression, limit: Quantity, path: Path): Finding[] {
  const unit = unitOf(of);
  const wrong = (expected: string) => [{ path, message: `${of.text} is limited by ${expected}` }];
  if (unit === 'ms') return limit.unit === 'ms' ? [] : wrong('a duration such as 250ms');
  if (unit === 'count' || unit === 'MB') return limit.unit === 'number' ? [] : wrong('a number');
  return limit.unit === 'ms' ? wrong('a number or a percentage') : [];
}
