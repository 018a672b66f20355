import { STACKS } from '../../../src/contract';
import { TIERS, type Tier } from '../../../src/gates/vocabulary';
import { isMeant } from './concrete';
import type { Statement } from './statements';

/** Whose each role is, by where its policy stands. The ledger's is of no tier. */
const HOLDERS: readonly (readonly [RegExp, Tier | null])[] = [
  ...TIERS.map((tier) => [new RegExp(`^${STACKS[tier]}/`), tier] as const),
  [/\/(deployStaging|qualify|invoke|stackstaging|Boundarystaging)/, 'staging'],
  [/\/(deployProduction|rollback|stackproduction|Boundaryproduction)/, 'production'],
  [/\/ledger/, null],
];

/**
 * Rights of a role over named resources of a tier that is not its own, reads included, each as `where: action on ARN`. A bare `*` is
 * judged by the table of what AWS does not scope.
 * @throws for a role that is not known here
 */
export function crossings(
  { where, kind, effect, actions, resources }: Statement,
  arns: Readonly<Record<Tier, readonly string[]>>,
): readonly string[] {
  if (kind !== 'identity' || effect !== 'Allow') return [];
  const mine = holderOf(where);
  const others = TIERS.filter((tier) => tier !== mine).flatMap((tier) => arns[tier]);
  const patterns = resources.filter((pattern) => pattern !== '*');
  const reached = others.filter((each) => patterns.some((pattern) => isMeant(pattern, each)));
  return reached.flatMap((each) =>
    actions.filter((action) => action.split(':')[0] === each.split(':')[2]).map((action) => `${where}: ${action} on ${each}`),
  );
}

function holderOf(where: string): Tier | null {
  const found = HOLDERS.find(([place]) => place.test(where));
  if (found === undefined) throw new Error(`${where}: nobody knows whose role this is`);
  return found[1];
}
