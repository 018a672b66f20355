import { findMetric } from '../catalogue';
import { PROFILES, STAGES, type StageName } from '../vocabulary';
import { type Expression, isCounter, isProportion, unitOf } from './expression';
import { LOAD_VALIDITY_ID, type PolicyGate } from './gate';
import type { Policy } from './policy';
import type { Finding, Path } from './problems';
import type { Quantity } from './quantities';
import { stagesOf } from './resolve';

/** Rules that need more than one value at a time. @param now for `observe` gates whose `until` has passed */
export function checkPolicy(policy: Policy, now: Date): Finding[] {
  return [...checkGates(policy, now), ...checkTargets(policy), ...checkProfiles(policy)];
}

function checkGates(policy: Policy, now: Date): Finding[] {
  const seen = new Set<string>([LOAD_VALIDITY_ID]);
  let enforced = 0;
  const findings = STAGES.flatMap((stage) =>
    (policy.stages[stage]?.gates ?? []).flatMap((gate, index) => {
      const path = ['stages', stage, 'gates', index];
      const duplicate = seen.has(gate.id) ? [{ path: [...path, 'id'], message: duplicateId(gate.id) }] : [];
      seen.add(gate.id);
      if (gate.disabled === undefined && mode(policy, gate) === 'enforce') enforced += 1;
      return [...duplicate, ...checkMode(policy, gate, path, now), ...checkSubject(gate, stage, path), ...checkLimits(gate, path)];
    }),
  );
  return enforced > 0 ? findings : [...findings, { path: ['stages'], message: 'no gate is enforced: such a policy lets everything pass' }];
}

const duplicateId = (id: string) =>
  id === LOAD_VALIDITY_ID ? `"${id}" is the name under which every stage reports its load` : `the gate "${id}" stands twice`;
const mode = (policy: Policy, gate: PolicyGate) => gate.mode ?? policy.defaults?.mode ?? 'enforce';

function checkMode(policy: Policy, gate: PolicyGate, path: Path, now: Date): Finding[] {
  if (mode(policy, gate) === 'enforce') {
    return gate.until === undefined ? [] : [{ path: [...path, 'until'], message: '"until" belongs to mode: observe' }];
  }
  if (gate.until === undefined) return [{ path, message: `the gate "${gate.id}" observes without "until": say until when` }];
  // A day counts to its end.
  const end = Date.parse(gate.until.length === 10 ? `${gate.until}T23:59:59.999Z` : gate.until);
  return end < now.getTime()
    ? [{ path: [...path, 'until'], message: `the gate "${gate.id}" was to observe until ${gate.until}: enforce it or set a new day` }]
    : [];
}

/** What each judge can judge, and where. */
const SUBJECTS = {
  leak: 'redis.connections',
  'idle-return': 'redis.connections',
  recovery: 'client.p95',
  capacity: 'redis.connectionsPerNode',
} as const;

function checkSubject(gate: PolicyGate, stage: StageName, path: Path): Finding[] {
  const of = [...path, 'of'];
  const names = [gate.of.numerator, ...(gate.of.denominator === null ? [] : [gate.of.denominator])];
  if (stage === 'canary') {
    const shared = names.filter((name) => findMetric(name)?.byVersion !== true);
    if (gate.judge !== 'limit')
      return [{ path, message: `a canary cannot be judged by "${gate.judge}": AWS does not split it by version` }];
    return [
      ...shared.map((name) => ({ path: of, message: `a canary gate cannot read ${name}: AWS does not split it by version` })),
      ...checkExpression(gate.of, gate.route, path),
    ];
  }
  if (gate.judge === 'limit') return checkExpression(gate.of, gate.route, path);
  if (gate.judge === 'baseline') return checkExpression(gate.of, undefined, path);
  const subject = SUBJECTS[gate.judge];
  if (gate.of.text !== subject) return [{ path: of, message: `the judge "${gate.judge}" reads ${subject}, not ${gate.of.text}` }];
  if (gate.judge === 'recovery' && stage !== 'spike' && stage !== 'failover')
    return [{ path, message: 'recovery is judged in the spike and in the failover stage: no other has anything to recover from' }];
  return [];
}

function checkExpression(of: Expression, route: string | undefined, path: Path): Finding[] {
  const client = [of.numerator, of.denominator].every((name) => name === null || name.startsWith('client.'));
  const findings: Finding[] = [];
  if (of.denominator !== null) {
    if (of.denominator === of.numerator) findings.push({ path: [...path, 'of'], message: 'a metric over itself says nothing' });
    for (const name of [of.numerator, of.denominator]) {
      if (!isCounter(name)) findings.push({ path: [...path, 'of'], message: `${name} is not a counter: it cannot be part of a quotient` });
    }
    if (of.numerator.startsWith('client.') !== of.denominator.startsWith('client.')) {
      findings.push({ path: [...path, 'of'], message: 'a quotient cannot mix what the clients counted with what CloudWatch counted' });
    }
  }
  if ((route !== undefined || of.perRoute) && !client) {
    findings.push({ path: [...path, route === undefined ? 'of' : 'route'], message: 'only client metrics are known per route' });
  }
  if (route !== undefined && of.perRoute)
    findings.push({ path: [...path, 'route'], message: '"route" and "per route" exclude each other' });
  return findings;
}

function checkLimits(gate: PolicyGate, path: Path): Finding[] {
  if (gate.judge === 'capacity' && (gate.max <= 0 || gate.max > 1))
    return [{ path: [...path, 'max'], message: 'must lie above 0% and not above 100%' }];
  if (gate.judge === 'leak' && gate.growthFloor <= 0)
    return [{ path: [...path, 'growthFloor'], message: 'must be above 0%: noise always grows a little' }];
  if (gate.judge !== 'limit') return [];
  const findings = [
    ...checkUnit(gate.of, gate.max, [...path, 'max']),
    ...(gate.warn ? checkUnit(gate.of, gate.warn, [...path, 'warn']) : []),
  ];
  if (gate.warn && gate.warn.value >= gate.max.value) findings.push({ path: [...path, 'warn'], message: 'must be below max' });
  if (isProportion(gate.of)) {
    if (gate.max.value >= 1) findings.push({ path: [...path, 'max'], message: 'must be below 100%: a share can never exceed it' });
    if (gate.max.value === 0 && gate.minRequests === undefined) {
      findings.push({
        path,
        message: `the gate "${gate.id}" allows none at all: say with minRequests how many requests it must have seen`,
      });
    }
    if (gate.minDatapoints !== undefined)
      findings.push({ path: [...path, 'minDatapoints'], message: 'a proportion is judged by minRequests' });
  } else if (gate.of.denominator === null && gate.minRequests !== undefined && !gate.of.numerator.startsWith('client.')) {
    findings.push({ path: [...path, 'minRequests'], message: 'a value of CloudWatch is judged by minDatapoints' });
  }
  if (
    (gate.of.denominator !== null || gate.of.numerator.startsWith('client.')) &&
    gate.minDatapoints !== undefined &&
    !isProportion(gate.of)
  ) {
    findings.push({ path: [...path, 'minDatapoints'], message: 'this measurement is judged by minRequests' });
  }
  if (!isProportion(gate.of) && gate.confidence !== undefined)
    findings.push({ path: [...path, 'confidence'], message: 'only a proportion is judged with a confidence' });
  return findings;
}

function checkUnit(of: Expression, limit: Quantity, path: Path): Finding[] {
  const unit = unitOf(of);
  const wrong = (expected: string) => [{ path, message: `${of.text} is limited by ${expected}` }];
  if (unit === 'ms') return limit.unit === 'ms' ? [] : wrong('a duration such as 250ms');
  if (unit === 'count') return limit.unit === 'number' ? [] : wrong('a number');
  return limit.unit === 'ms' ? wrong('a number or a percentage') : [];
}

function checkTargets(policy: Policy): Finding[] {
  const { twin, aws } = policy.targets;
  const findings: Finding[] = [];
  if (twin === undefined && aws === undefined) findings.push({ path: ['targets'], message: 'name at least one target: twin or aws' });
  if (aws !== undefined && aws.period % 60_000 !== 0) {
    findings.push({
      path: ['targets', 'aws', 'period'],
      message: 'AWS publishes these metrics once a minute: the period must be whole minutes',
    });
  }
  if (twin !== undefined && twin.period % 1000 !== 0)
    findings.push({ path: ['targets', 'twin', 'period'], message: 'must be whole seconds' });
  for (const [name, target] of Object.entries(policy.targets)) {
    if (target?.settle && target.settle.poll > target.settle.deadline) {
      findings.push({ path: ['targets', name, 'settle', 'poll'], message: 'must not be longer than the deadline' });
    }
  }
  return findings;
}

function checkProfiles(policy: Policy): Finding[] {
  const { profile, hotfix } = policy.promotion;
  const judged = stagesOf(policy, profile);
  const findings: Finding[] = [];
  if (judged.length === 0) findings.push({ path: ['promotion', 'profile'], message: `no stage has a load for profile "${profile}"` });
  if (hotfix !== undefined && stagesOf(policy, hotfix.profile).every((stage) => stage === 'canary')) {
    findings.push({
      path: ['promotion', 'hotfix', 'profile'],
      message: `no stage on staging has a load for profile "${hotfix.profile}": a fix would be promoted unseen`,
    });
  }
  for (const stage of STAGES) {
    const declared = policy.stages[stage];
    if (declared === undefined) continue;
    const profiles = PROFILES.filter((name) => declared.load[name] !== undefined);
    if (profiles.length > 0 && declared.load[profile] === undefined && judged.length > 0) {
      findings.push({
        path: ['stages', stage, 'load'],
        message: `has no load for promotion.profile "${profile}": releases would be promoted without this stage`,
      });
    }
    if (stage === 'canary' && hotfix !== undefined && profiles.length > 0 && declared.load[hotfix.profile] === undefined) {
      const message = `has no load for promotion.hotfix.profile "${hotfix.profile}": a fix could be qualified, but never promoted`;
      findings.push({ path: ['stages', stage, 'load'], message });
    }
    if (profiles.length === 0) findings.push({ path: ['stages', stage, 'load'], message: 'a stage needs a load for at least one profile' });
    findings.push(...unknownProfiles(stage, 'observeAfter', 'observeAfter' in declared ? declared.observeAfter : undefined, profiles));
    findings.push(...unknownProfiles(stage, 'maxWait', 'maxWait' in declared ? declared.maxWait : undefined, profiles));
  }
  return findings;
}

/** Times for profiles that the stage has no load for would never be waited. */
function unknownProfiles(stage: StageName, key: string, times: object | undefined, profiles: readonly string[]): Finding[] {
  return Object.keys(times ?? {})
    .filter((name) => !profiles.includes(name))
    .map((name) => ({ path: ['stages', stage, key, name], message: `the stage has no load for profile "${name}"` }));
}
