import type { GateReport } from '../gates/report-schema';
import { type StageName, type TargetName, worst } from '../gates/vocabulary';
import type { LedgerEntry } from '../ledger/entry';
import { latestReport, revocationOf } from '../ledger/history';
import { type Override, type Refusal, type RefusalCode, refuse } from './decision';
import { isListed } from './login';
import { stagingEvidenceOf } from './staging-evidence';

/** The longest time for which gates may be set aside. */
export const LONGEST_OVERRIDE_MS = 24 * 3600 * 1000;
const SHORTEST_REASON = 20;

type SetAside = NonNullable<Override['setAside']>;

/** The enforced gates without a pass, load validity included, of the stages that ran: what nobody measured nobody can weigh. */
function openRows({ stages }: GateReport): SetAside {
  const ran = stages.filter(({ window }) => window !== null);
  return ran.flatMap(({ name, gates }) =>
    gates
      .filter(({ mode, verdict }) => mode === 'enforce' && verdict !== 'passed')
      .map(({ id, verdict, value }) => ({ stage: name, gate: id, verdict, value })),
  );
}

/** What stages that left no evidence are answered with: which, and how to run them. */
export function neverRan(stages: readonly StageName[], target: TargetName): string {
  const where = target === 'aws' ? '--target aws --assembly DIR ' : '';
  const keep = target === 'aws' ? '`tidegate record` and ' : '';
  const each = stages.map((name) => `\`tidegate gate ${where}--stage ${name}\``).join(' and ');
  return `The evidence has no ${stages.join(' and no ')}, which nobody can set aside: run ${each}, then ${keep}\`tidegate promote\`, which puts the parts together.`;
}

/** The same by their ids alone: what an override would have to name. */
export function openGates(report: GateReport): readonly string[] {
  return [...new Set(openRows(report).map(({ gate }) => gate))];
}

/** What an override of a report is about, so that it does not stand for what is measured later. */
export function aboutReport(report: GateReport): Required<Pick<Override, 'evidence' | 'setAside'>> {
  return { evidence: stagingEvidenceOf(report), setAside: openRows(report) };
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
  const inForce = made.filter(({ expires }) => now.getTime() < Date.parse(expires));
  if (inForce.length === 0)
    return refused('override-expired', `The override of ${last.who} ended at ${last.expires}. Make another, or run the gates again.`);
  const evidence = stagingEvidenceOf(report);
  const about = inForce.filter((each) => each.evidence === evidence);
  const newest = about.at(-1);
  if (newest === undefined)
    return refused(
      'override-expired',
      `The override of ${last.who} was made about an earlier run of the gates: look at this one, and make another if you mean it.`,
    );
  const covering = about.findLast((each) => openRows(report).length > 0 && leftBy(each, report).length === 0);
  if (covering !== undefined) return { override: covering, refusal: null };
  const left = leftBy(newest, report).join(', ') || 'that no gate was enforced';
  return refused(
    'verdict-not-passed',
    `The verdict is ${report.verdict} (${report.reason}), and the override of ${newest.who} leaves open: ${left}.`,
  );
}

/** What is open and was not, was not as bad, or had another value (metrics can be read again) when the override was made. */
function leftBy({ gates, setAside = [] }: Override, report: GateReport): readonly string[] {
  const isSame = (made: SetAside[number], now: SetAside[number]) =>
    made.stage === now.stage && made.gate === now.gate && made.value === now.value && worst([made.verdict, now.verdict]) === made.verdict;
  const isSetAside = (row: SetAside[number]) => gates.includes(row.gate) && setAside.some((made) => isSame(made, row));
  const left = openRows(report).filter((row) => !isSetAside(row));
  return left.map(({ stage, gate, verdict }) => `${gate} in ${stage} (${verdict})`);
}

function refused(code: RefusalCode, message: string): Overriding {
  return { override: null, refusal: refuse(code, message) };
}

/** What a person says of it; what it is about is read from the report. */
export type OverrideAsked = Omit<Override, 'evidence' | 'setAside'>;

export interface OverrideRequest extends OverrideAsked {
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
  const absent = report.stages.filter(({ tier, window }) => tier === 'staging' && window === null);
  if (absent.length > 0)
    return refuse(
      'override-invalid',
      neverRan(
        absent.map(({ name }) => name),
        report.target,
      ),
    );
  const open = openGates(report);
  if (open.length === 0)
    return refuse('override-invalid', `The verdict is ${report.verdict} (${report.reason}), and no enforced gate is without a pass.`);
  const others = gates.filter((id) => !open.includes(id));
  if (others.length > 0) return refuse('override-invalid', `${others.join(', ')}: not open. Open are: ${open.join(', ')}.`);
  const left = open.filter((id) => !gates.includes(id));
  if (left.length === 0) return null;
  return refuse('override-invalid', `It would not be enough: ${left.join(', ')} stays open. Look at it, and name it if you mean it.`);
}

function unfitness({ reason, incident, when, expires }: OverrideAsked): string | null {
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
