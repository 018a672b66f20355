import type { Groups } from './groups';
import type { Row } from './row';

export interface GroupSummary {
  readonly group: string;
  readonly agree: number;
  readonly of: number;
  /** Deliberate differences by their reason. */
  readonly documented: readonly { readonly reason: string; readonly vectors: readonly string[] }[];
  readonly disagreements: readonly Pick<Row, 'vector' | 'expected' | 'ours' | 'reason'>[];
}

export interface Summary {
  readonly groups: readonly GroupSummary[];
  readonly failOpen: { readonly rows: number; readonly passed: number };
  /** No disagreement that is not documented, and nothing passed that nobody saw. */
  readonly ok: boolean;
}

/** @param all of several files; groups of one name are one group */
export function summarize(all: readonly Groups[]): Summary {
  const names = [...new Set(all.flatMap((groups) => Object.keys(groups)))];
  const rowsOf = (name: string) => all.flatMap((groups) => groups[name] ?? []);
  const groups = names.map((name) => groupSummary(name, rowsOf(name))).filter(({ of }) => of > 0);
  const open = names.flatMap(rowsOf).filter(({ failOpen }) => failOpen !== null);
  const failOpen = { rows: open.length, passed: open.filter(({ failOpen }) => failOpen?.passed).length };
  const ok = groups.length > 0 && groups.every(({ disagreements }) => disagreements.length === 0) && failOpen.passed === 0;
  return { groups, failOpen, ok };
}

function groupSummary(group: string, rows: readonly Row[]): GroupSummary {
  const withOutcome = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome);
  const reasons = Map.groupBy(withOutcome('documented'), ({ reason }) => reason ?? '');
  return {
    group,
    agree: withOutcome('agrees').length,
    of: rows.length,
    documented: [...reasons].map(([reason, differing]) => ({ reason, vectors: differing.map(({ vector }) => vector) })),
    disagreements: withOutcome('disagrees').map(({ vector, expected, ours, reason }) => ({ vector, expected, ours, reason })),
  };
}

export function summaryText({ groups, failOpen }: Summary): string {
  const width = Math.max(...groups.map(({ group }) => group.length));
  const lines = groups.flatMap(({ group, agree, of, documented, disagreements }) => [
    `${group.padEnd(width)}  agree ${agree} of ${of}`,
    ...documented.map(({ reason, vectors }) => {
      const which = vectors.length === of ? 'every vector' : vectors.join('\n    ');
      return `  documented, ${vectors.length}: ${reason}\n    ${which}`;
    }),
    ...disagreements.map(({ vector, expected, ours, reason }) => `  DISAGREES ${vector}: expected ${expected}, ours ${ours} (${reason})`),
  ]);
  return [...lines, `fail-open rows: ${failOpen.passed} passed of ${failOpen.rows}`, ''].join('\n');
}
