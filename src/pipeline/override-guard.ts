import type { GateReport } from '../gates/report-schema';
import type { LedgerEntry } from '../ledger/entry';
import { latestReport, revocationOf } from '../ledger/history';
import { type Override, type Refusal, type RefusalCode, refuse } from './decision';
import { isListed } from './login';

/** The longest time for which gates may be set aside. */
export const LONGEST_OVERRIDE_MS = 24 * 3600 * 1000;
const SHORTEST_REASON = 20;

/** The enforced gates without a pass, load validity included: what an override would have to name. */
export function openGates(report: GateReport): readonly string[] {
  const open = report.stages.flatMap(({ gates }) => gates).filter(({ mode, verdict }) => mode === 'enforce' && verdict !== 'passed');
  return [...new Set(open.map(({ id }) => id))];
}

/** What overrides mean for a report: one that is in force, or why those that somebody made are not; neither when nobody made any. */
export interface Overriding {
  readonly override: Override | null;
  readonly refusal: Refusal | null;
}

const NONE: Overriding = { override: null, refusal: null };

/** Looks for the override that sets the verdict of a digest's report aside. A pass needs none. */
export function overridingOf(entries: readonly LedgerEntry[], report: GateReport, now: Date): Overriding {
  const made = entries.flatMap(({ digest, event }) =>
    event.kind === 'override' && digest === report.release.digest && event.override.digest === digest ? [event.override] : [],
  );
  const last = made.at(-1);
  if (report.verdict === 'passed' || last === undefined) return NONE;
  const open = openGates(report);
  const inForce = made.filter(({ expires }) => now.getTime() < Date.parse(expires));
  const newest = inForce.at(-1);
  if (newest === undefined)
    return refused('override-expired', `The override of ${last.who} ended at ${last.expires}. Make another, or run the gates again.`);
  const covering = inForce.findLast(({ gates }) => open.length > 0 && open.every((id) => gates.includes(id)));
  if (covering !== undefined) return { override: covering, refusal: null };
  const left = open.filter((id) => !newest.gates.includes(id)).join(', ') || 'that no gate was enforced';
  return refused(
    'verdict-not-passed',
    `The verdict is ${report.verdict} (${report.reason}), and the override of ${newest.who} leaves open: ${left}.`,
  );
}

function refused(code: RefusalCode, message: string): Overriding {
  return { override: null, refusal: refuse(code, message) };
}

export interface OverrideRequest extends Override {
  /** Of the policy: who may override. */
  readonly approvers: readonly string[];
}

/** Says whether a person may set gates of a digest aside. It never sets aside digest, lineage or approval. */
export function guardOverride(entries: readonly LedgerEntry[], request: OverrideRequest): Refusal | null {
  const { who, digest, approvers } = request;
  if (!isListed(who, approvers))
    return refuse('approver-not-listed', `${who} is not in promotion.approvers of the policy: one of them has to override.`);
  const unfit = unfitness(request);
  if (unfit !== null) return refuse('override-invalid', unfit);
  const revoked = revocationOf(entries, digest);
  if (revoked) return refuse('digest-revoked', `This digest was revoked at ${revoked.at}: ${revoked.reason}`);
  const report = latestReport(entries, digest);
  if (report === null) return refuse('no-evidence', `No gate report is recorded for ${digest}: there is nothing to set aside yet.`);
  return refuseGates(report, request.gates);
}

function refuseGates(report: GateReport, gates: readonly string[]): Refusal | null {
  const open = openGates(report);
  if (open.length === 0)
    return refuse('override-invalid', `The verdict is ${report.verdict} (${report.reason}), and no enforced gate is without a pass.`);
  const others = gates.filter((id) => !open.includes(id));
  if (others.length > 0) return refuse('override-invalid', `${others.join(', ')}: not open. Open are: ${open.join(', ')}.`);
  const left = open.filter((id) => !gates.includes(id));
  if (left.length === 0) return null;
  return refuse('override-invalid', `It would not be enough: ${left.join(', ')} stays open. Look at it, and name it if you mean it.`);
}

function unfitness({ reason, incident, when, expires }: Override): string | null {
  if (reason.trim().length < SHORTEST_REASON)
    return `The reason must have at least ${SHORTEST_REASON} characters: people read it in the report.`;
  if (!isHttps(incident)) return `The incident must be an https link, not "${incident}".`;
  const lasts = Date.parse(expires) - Date.parse(when);
  if (!(lasts > 0 && lasts <= LONGEST_OVERRIDE_MS)) return `It must end within 24 hours, not at ${expires}.`;
  return null;
}

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
