import { AwsError } from '../aws/failure';
import { stagesOf } from '../gates/policy/resolve';
import type { TargetName } from '../gates/vocabulary';
import type { LedgerEntry, LedgerEvent } from '../ledger/entry';
import { type NamedRelease, productionOf } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import { type Allowed, type Decision, type Refusal, refuse } from './decision';
import { askDelivery } from './delivery-ask';
import { ConfigurationError } from './errors';
import { guardPromotion, guardServing } from './guards';
import { isListed } from './login';
import { newEntry } from './production';
import type { PromotionAttempt } from './promotion-attempt';

export interface Granted extends Allowed {
  readonly events: readonly LedgerEvent[];
  readonly commits: readonly string[];
}

/**
 * Records what is to be believed, asks every guard, and writes down who said yes. A ledger that cannot be written or read
 * refuses; the evidence itself is not lost with it.
 */
export async function decide(attempt: PromotionAttempt): Promise<Granted | Refusal> {
  const { workspace, target, release } = attempt;
  try {
    await attempt.record();
    const decision = await ask(attempt);
    if (!decision.allowed) return decision;
    for (const event of decision.events) await workspace.ledger.append(newEntry(target.name, release, event));
    return decision;
  } catch (error) {
    if (error instanceof LedgerUnreadableError) return refuse('ledger-unreadable', error.message);
    throw error;
  }
}

/**
 * The ledger first, then the platform, then people: whoever is asked to approve should not find out later that it was in vain. The
 * ledger is read once more when they have answered: it may hold a hold, or a move, by then.
 */
async function ask(attempt: PromotionAttempt): Promise<Granted | Refusal> {
  const { ledger } = attempt.workspace;
  const early = guardLedger(attempt, await ledger.read());
  if (!early.allowed) return early;
  const known = await knownProduction(attempt);
  if (!known.allowed) return known;
  const people = await askPeople(attempt);
  if (!people.allowed) return people;
  const decision = guardLedger(attempt, await ledger.read());
  if (!decision.allowed) return decision;
  if (decision.from !== early.from)
    return refuse('production-not-in-ledger', 'Production was moved while people were asked: run this again.');
  return refuseOwnOverride(decision, people) ?? { ...decision, ...people };
}

/** Setting gates aside and approving are two persons' words, whichever way approval is given. */
function refuseOwnOverride({ override }: Allowed, { events }: People): Refusal | null {
  const approvers = events.flatMap((event) => (event.kind === 'approval' ? [event.who] : []));
  if (override === null || !isListed(override.who, approvers)) return null;
  return refuse('approver-overrode', `${override.who} set gates of this digest aside and approved it: somebody else has to approve.`);
}

/**
 * The same once more after the canary, and the entry of the promotion if all is well. What the platform serves is known by then: a
 * share of it is the candidate itself. The guard of the ledger has the last word, over the very entries that this one follows.
 * @returns why production must not move; null when the entry is written
 */
export async function confirmPromotion(attempt: PromotionAttempt, before: Allowed, version: string): Promise<string | null> {
  const { workspace, target, release } = attempt;
  const early = guardLedger(attempt, await workspace.ledger.read());
  const again = early.allowed ? await askPeople(attempt) : early;
  if (!again.allowed) return `${again.code}: ${again.message}`;
  try {
    await workspace.ledger.append(newEntry(target.name, release, { kind: 'promotion', from: before.from, version }), (entries) => {
      const decision = guardLedger(attempt, entries);
      if (!decision.allowed) throw new NotConfirmedError(`${decision.code}: ${decision.message}`);
      const own = refuseOwnOverride(decision, again);
      if (own !== null) throw new NotConfirmedError(`${own.code}: ${own.message}`);
      if (decision.from !== before.from) throw new NotConfirmedError('production was changed by somebody else during the canary');
    });
    return null;
  } catch (error) {
    if (error instanceof NotConfirmedError) return error.message;
    throw error;
  }
}

/** Keeps an entry out of the ledger; its message says why. */
class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError';
}

function guardLedger(
  { target, release, policy, profile, delivery, outdated }: PromotionAttempt,
  entries: readonly LedgerEntry[],
): Decision {
  const { promotion } = policy;
  const hotfix = delivery?.lane === 'hotfix';
  if (hotfix && promotion.hotfix === undefined)
    throw new ConfigurationError('the policy opens no hotfix lane: it has no `promotion.hotfix`');
  const usual = target.name === 'twin' ? null : promotion.profile;
  return guardPromotion(entries, {
    target: target.name,
    digest: release.digest,
    commit: release.commit,
    now: new Date(),
    maxEvidenceAgeMs: promotion.maxEvidenceAge,
    profile: hotfix ? (promotion.hotfix?.profile ?? null) : usual,
    required: stagesOf(policy, profile).filter((name) => name !== 'canary'),
    outdated,
  });
}

/** What people add to a decision. */
type People = Pick<Granted, 'allowed' | 'events' | 'commits'> & Partial<Pick<Granted, 'notes'>>;

async function askPeople({ workspace, target, release, policy, delivery }: PromotionAttempt): Promise<People | Refusal> {
  if (delivery !== null) {
    const { digest, commit } = release;
    const entries = await workspace.ledger.read();
    const production = lineageBase(entries, target.name);
    return askDelivery(delivery, entries, { digest, commit, now: new Date(), promotion: policy.promotion, production });
  }
  if (target.name === 'aws')
    return refuse('approval-missing', 'Approval is only to be had in GitHub Actions: let the workflow `delivery` (or `approve`) promote.');
  return { allowed: true, notes: ['approval: not-required / twin', 'lineage: checked in CI only'], events: [], commits: [] };
}

/** The twin installs a stand-in where nothing serves, built from whatever is checked out: nobody has to descend from that. */
function lineageBase(entries: readonly LedgerEntry[], target: TargetName): NamedRelease | null {
  const production = productionOf(entries);
  const standIn = target === 'twin' && !entries.some(({ digest, event }) => digest === production?.digest && event.kind === 'promotion');
  return standIn ? null : production;
}

async function knownProduction({ workspace, target }: PromotionAttempt): Promise<Decision> {
  const serving = await target.describe('production').catch((error: unknown) => {
    if (error instanceof AwsError) return error;
    throw error;
  });
  if (serving instanceof AwsError) return refuse('production-unavailable', serving.message);
  return guardServing(await workspace.ledger.read(), target.name, serving);
}
