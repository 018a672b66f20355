import { findMetric } from '../catalogue';
import type { StageName } from '../vocabulary';
import { type Expression, isCounter } from './expression';
import type { PolicyGate } from './gate';
import type { Finding, Path } from './problems';

/** What each of these judges can judge: one thing. */
const SUBJECTS = {
  leak: 'redis.connections',
  'idle-return': 'redis.connections',
  recovery: 'client.p95',
  capacity: 'redis.connectionsPerNode',
} as const;

/** Whether a gate's judge can judge what it measures, in the stage that it stands in. */
export function checkSubject(gate: PolicyGate, stage: StageName, path: Path): Finding[] {
  const of = [...path, 'of'];
  if (stage === 'canary') {
    if (gate.judge !== 'limit')
      return [{ path, message: `a canary cannot be judged by "${gate.judge}": AWS does not split it by version` }];
    const names = [gate.of.numerator, ...(gate.of.denominator === null ? [] : [gate.of.denominator])];
    const shared = names.filter((name) => findMetric(name)?.byVersion !== true);
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
