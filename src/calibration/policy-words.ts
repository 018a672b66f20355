import type { PolicyCell } from './policy-cell';
import { grouped, percent, table, withBound } from './table';

/** The whole policy: what is assumed, what comes of it, and what comes of something else. */
export function policyText(policy: PolicyCell): string[] {
  const { profile, stages, assumedFailure, notPassedRate, falseAlarmRate, inconclusiveRate, conditions, leaks } = policy;
  const rows = conditions.map(({ name, ...shares }) => [
    name,
    grouped(shares.notPassedRate.n),
    withBound(shares.notPassedRate),
    unmet(shares.gates),
  ]);
  const found = leaks.map(({ name, detectionRate }) => [name, grouped(detectionRate.n), percent(detectionRate.value)]);
  return [
    `Whole policy, profile ${profile} (${stages.join(', ')}), each run beside the one before: of ${grouped(notPassedRate.n)} healthy runs`,
    `  ${withBound(notPassedRate)} did not pass: ${withBound(falseAlarmRate)} failed, ${withBound(inconclusiveRate)} had no verdict${named(policy.gates)}.`,
    `  This holds if 1 request in ${grouped(Math.round(1 / assumedFailure))} fails, every metric is whole and on time, and k6 keeps its schedule. Otherwise:`,
    '',
    ...table([['healthy runs, but', 'runs', 'not passed', 'most often by'], ...rows]),
    '',
    ...table([['leaking runs', 'runs', 'failed'], ...found]),
  ];
}

function named(gates: PolicyCell['gates']): string {
  const counts = Object.entries(gates).map(([id, count]) => `${id} ${count}`);
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}

function unmet(gates: PolicyCell['gates']): string {
  const [most] = Object.entries(gates).sort(([, a], [, b]) => b - a);
  return most === undefined ? '–' : most[0];
}
