import type { DeliveryFacts } from '../github/delivery-facts';
import type { LedgerEntry } from '../ledger/entry';
import { productionOf } from '../ledger/history';
import { isCommitted, notCommitted } from './assembly-manifest';
import { type Refusal, refuse } from './decision';
import { freezeOf } from './freeze';

/** The short lane is exempt from a freeze and asks for more of its candidate. */
export type Lane = 'usual' | 'hotfix';

/** What the repository says of all promotions, as its variables hold it. Empty text says nothing. */
export interface Switches {
  readonly freeze: string;
  readonly pinned: string;
}

export interface Candidate {
  readonly digest: string;
  readonly commit: string;
  readonly lane: Lane;
  readonly now: Date;
}

/** What can be refused before GitHub is asked. */
export function guardSwitches(candidate: Candidate, { freeze, pinned }: Switches): Refusal | null {
  if (!isCommitted(candidate.commit))
    return refuse('commit-dirty', `Nobody could review what was built: ${notCommitted(candidate.commit)}`);
  return (candidate.lane === 'hotfix' ? null : refuseFrozen(freeze, candidate.now)) ?? refuseUnpinned(candidate, pinned.trim());
}

function refuseFrozen(text: string, now: Date): Refusal | null {
  const freeze = freezeOf(text);
  if (freeze.kind === 'unreadable')
    return refuse('freeze-unreadable', `The freeze "${text}" cannot be read, so it counts as one. Write: 2026-01-31T08:00:00Z and why.`);
  if (freeze.kind === 'none' || now.getTime() >= freeze.until.getTime()) return null;
  return refuse(
    'frozen',
    `No promotion before ${freeze.until.toISOString()}: ${freeze.reason}. A rollback is exempt, and so is the hotfix lane.`,
  );
}

function refuseUnpinned({ digest, commit }: Candidate, pinned: string): Refusal | null {
  if (pinned === '' || isNamed(pinned, digest) || isNamed(pinned, commit)) return null;
  return refuse('another-pinned', `${pinned} is pinned: nothing else is promoted until the variable TIDEGATE_PINNED is emptied.`);
}

const SHORTEST_NAME = 7;

/** Whether a person's text means a digest or commit: all of it, or enough of its beginning. */
export function isNamed(text: string, name: string): boolean {
  const given = text
    .trim()
    .toLowerCase()
    .replace(/^sha256:/, '');
  return given.length >= SHORTEST_NAME && name.replace(/^sha256:/, '').startsWith(given);
}

/** Where the candidate's commit stands. A hotfix comes from a branch on what production runs, and is merged back before the next. */
export function guardLineage(entries: readonly LedgerEntry[], { lane }: Candidate, facts: DeliveryFacts): Refusal | null {
  const { lineage } = facts;
  const production = productionOf(entries);
  const runs = production === null ? 'nothing' : `${production.commit.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1')} (${production.digest})`;
  if (lineage === 'ancestor') return refuse('superseded', `Production runs ${runs}, which already holds this commit and later ones.`);
  if (lineage === 'unknown') return refuseUnknown(runs, production?.commit ?? '');
  if (lineage !== 'diverged') return lane === 'hotfix' ? refuseUnhotfix(facts) : refuseUnmerged(facts);
  if (lane === 'hotfix')
    return refuse('lineage-diverged', `A hotfix comes from a branch on what production runs: begin it at ${runs} and qualify it again.`);
  if (production !== null && isHotfix(entries, production.digest))
    return refuse(
      'hotfix-not-merged-back',
      `Production runs the hotfix ${runs}, and this commit lacks it: merge the hotfix back with a merge commit, and deliver what comes of it. A squash or rebase loses its commit: if it was merged so, merge its branch once more, with a merge commit.`,
    );
  return refuse('lineage-diverged', `This commit does not descend from what production runs, ${runs}: it would take changes away.`);
}

/** The ways on leave a trace that people review: a merge of what production runs, or a rollback to what GitHub knows. */
function refuseUnknown(runs: string, production: string): Refusal {
  const back = 'roll back to a release whose commit GitHub knows (`tidegate rollback --to DIGEST`), and deliver again';
  const [what, way] = isCommitted(production)
    ? [
        'a commit that GitHub does not know, or that shares no history with this one (was history rewritten?)',
        `Whoever still has it pushes it on a branch and merges that by a pull request, with a merge commit; then deliver the merge. Or ${back}.`,
      ]
    : ['a build of uncommitted changes', `To go on, ${back}; a twin that has none begins anew with an empty state directory.`];
  return refuse('lineage-unknown', `Production runs ${runs}, ${what}: nobody can tell what this one would take away. ${way}`);
}

/** Past a freeze, and on less evidence, goes the fix alone: not all that was merged since. */
function refuseUnhotfix({ onDefaultBranch, onNamedBranch, defaultBranch, commit }: DeliveryFacts): Refusal | null {
  const name = commit.slice(0, 12);
  if (onDefaultBranch)
    return refuse(
      'hotfix-on-default-branch',
      `${name} is on ${defaultBranch}, and would take all that was merged with it: use \`delivery\` (and wait for a freeze to end), or begin a branch at what production runs with the fix alone.`,
    );
  if (onNamedBranch === false)
    return refuse(
      'hotfix-not-on-branch',
      `The branch that this hotfix is said to come from does not hold ${name}: name the one that does.`,
    );
  return null;
}

/** Any branch may descend from production; only the default branch was reviewed. */
function refuseUnmerged({ onDefaultBranch, defaultBranch, commit }: DeliveryFacts): Refusal | null {
  if (onDefaultBranch) return null;
  return refuse('not-on-default-branch', `${commit.slice(0, 12)} is not on ${defaultBranch}: merge it, and deliver what comes of it.`);
}

function isHotfix(entries: readonly LedgerEntry[], digest: string): boolean {
  return entries.some((entry) => entry.digest === digest && entry.event.kind === 'hotfix');
}
