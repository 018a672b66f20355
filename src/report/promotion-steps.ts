import type { GateReport } from '../gates/report-schema';

/**
 * What a person does next, per code of a refused promotion (the words before the colon of its reason). Codes in backticks only:
 * these sentences are shown as Markdown.
 */
export const REFUSAL_STEPS: Readonly<Record<string, string>> = {
  'no-evidence': 'Run `delivery` for this commit: no evidence of this digest is on record.',
  'verdict-not-passed': 'Start with the gates below. Only a new run, or a recorded override, changes this.',
  'evidence-of-another-release': 'Run `delivery` for this commit: what was judged is not what would ship.',
  'evidence-incomplete': 'Run `delivery` again: a stage of the policy was never judged.',
  'evidence-stale':
    'Run `delivery` again for this commit: the evidence is older than `promotion.maxEvidenceAge` (or from the future: look at the clocks).',
  'evidence-of-another-profile': 'Run `delivery` again with the profile of `promotion.profile`.',
  'evidence-outdated': 'Run `delivery` again: the policy now asks for load or metrics that this evidence does not have.',
  'digest-revoked': 'Nothing promotes a revoked digest. Fix it forward: merge a change, or a revert.',
  'hold-in-force': 'Read why production was rolled back. When it is safe again, run `rollback` with `clear-hold` and a reason.',
  'production-unavailable': 'Look at production first: it did not answer. Nothing was moved.',
  'production-not-in-ledger': 'Somebody moved production past the pipeline. Take it to a release that the ledger knows with `rollback`.',
  'package-missing': 'Run `delivery` again: the kept package is gone, so nothing could be deployed.',
  'ledger-unreadable': 'Make the ledger readable (its bucket, or the role of `promote`). A guard that cannot read it refuses.',
  'approval-missing': 'Nobody approved this run. Approve it where the run waits, or run `approve` in dispatch mode.',
  'approval-rejected': 'A reviewer said no. Read their comment below, then merge a change.',
  'approval-of-another-attempt': 'The approval was given to an earlier attempt. Run all jobs again and approve that attempt.',
  'approver-is-author': 'Let a person approve who wrote none of these commits, in a new run.',
  'approver-overrode': 'Let somebody else approve than who set the gates aside, in a new run.',
  'approver-not-listed': 'Let somebody from `promotion.approvers` do it, or add this person to the policy by a pull request.',
  'author-unknown':
    'A commit has an author that GitHub cannot name, so nobody can be shown to be another person. Link the address to an account, or set `approverMayBeAuthor`.',
  'environment-unprotected':
    'Protect `production-approval`: required reviewers, no self-review, no bypass by administrators. `doctor --github` lists what is missing.',
  frozen: 'Wait until the freeze ends, or change the variable `TIDEGATE_FREEZE`. Rollback and hotfix are exempt.',
  'freeze-unreadable': 'Write `TIDEGATE_FREEZE` as an ISO instant and a reason, or empty it.',
  'another-pinned': 'Another candidate is pinned. Empty the variable `TIDEGATE_PINNED` when it has shipped.',
  superseded: 'Nothing: production runs a newer commit already.',
  'lineage-diverged': 'Bring the default branch and what production runs together, then deliver the merge.',
  'lineage-unknown':
    'GitHub cannot compare this commit with what production runs. Merge that commit by a pull request, or roll back to a release that GitHub knows.',
  'not-on-default-branch': 'Merge it first: only commits of the default branch are promoted, except by the hotfix lane.',
  'hotfix-not-merged-back':
    'Merge the hotfix branch into the default branch with a merge commit (a squash loses its commit); the next delivery contains it.',
  'hotfix-on-default-branch': 'Run `delivery`, or begin a branch at what production runs that holds the fix alone.',
  'hotfix-not-on-branch': 'Run `hotfix` again with the branch that holds this commit.',
  'override-expired': 'The override ran out. Record a new one with `override` if it is still needed.',
  'override-invalid': 'Record the override again: it must name this digest and every gate without a pass.',
  'github-unreadable': 'Wait for GitHub, then run the failed jobs again. A guard that cannot ask refuses.',
  'commit-dirty': 'Build from a clean checkout: what is not committed never ships.',
};

/** The same for a state that has no code. */
export const STATE_STEPS: Readonly<Partial<Record<GateReport['promotion']['state'], string>>> = {
  rejected: 'Read the reviewer’s comment, then merge a change: a new commit brings a new request.',
  superseded: 'Nothing here: the newer candidate contains these commits and carries them on.',
  'broken-off':
    'Ask production which version it serves (`tidegate doctor --target aws --tier production`), then read the run. Until then it may serve either.',
  'rolled-back': 'Production serves the earlier release, so nothing is left to do there. Start with the failed canary gates below.',
};

/** The code that a promotion's reason begins with; null when it has none that is known. */
export function reasonCodeOf(reason: string): string | null {
  const code = /^([a-z][a-z-]*)(?=:|$)/.exec(reason)?.[1];
  return code !== undefined && Object.hasOwn(REFUSAL_STEPS, code) ? code : null;
}

/** What to do about a promotion that did not come to its end; null where there is nothing, or where the gates say it better. */
export function promotionStep({ promotion, verdict }: Pick<GateReport, 'promotion' | 'verdict'>): string | null {
  const code = reasonCodeOf(promotion.reason);
  if (promotion.state === 'refused')
    return code === null || (code === 'verdict-not-passed' && verdict !== 'passed') ? null : (REFUSAL_STEPS[code] ?? null);
  if ((promotion.state === 'superseded' || promotion.state === 'rejected') && code !== null) return REFUSAL_STEPS[code] ?? null;
  return STATE_STEPS[promotion.state] ?? null;
}
