import type { GateReport, Promotion } from '../../gates/report-schema';
import type { DeliveryNotes, Hotfix, Review } from '../delivery';
import { code, markdown, shortCommit, shortDigest } from '../escape';
import { overrideFacts, promotionText } from '../facts';
import type { Headline } from '../headline';
import { anchor } from '../links';
import type { ReportModel } from '../model';
import { approvalStep } from './approval';
import { stepMarkdown } from './gates';
import { alert } from './markup';

/** Override first, then the lane, then the verdict, then the sentence that decided it, then what to do. */
export function headSection(model: ReportModel, notes: DeliveryNotes = {}): string {
  const { headline, report, next } = model;
  const step = approvalStep(report, notes) ?? (next === null ? null : stepMarkdown(next));
  const lines = [
    markdown(report.message, 1200),
    ...(notes.origin === 'pull-request' ? [PREVIEW] : [promotionLine(report.promotion)]),
    ...(notes.reviews ?? []).map(reviewLine),
    ...(step === null ? [] : [`**Next:** ${step}`]),
  ];
  return [
    ...overrideBlock(report),
    `### ${headline.icon} ${markdown(headline.title, 200)} · ${code(shortCommit(report.release.commit))}`,
    ...(notes.hotfix === undefined ? [] : [hotfixBlock(notes.hotfix)]),
    toned(headline.tone, lines),
  ].join('\n\n');
}

const PREVIEW =
  '**A preview:** measured on the twin, by this pull request’s own code. It promotes nothing; after the merge `delivery` measures again.';

/** Who, which gates, until when, why and where: each on a line of its own, because this is read in a hurry. */
function overrideBlock(report: GateReport): readonly string[] {
  const facts = overrideFacts(report);
  if (facts === null) return [];
  const label = facts.incident.replace(/^https:\/\//, '');
  return [
    alert('WARNING', [
      `**Override in force until ${facts.until}.** The verdict is unchanged: ${facts.verdict}.`,
      `- Sets aside: ${facts.gates.map((gate) => code(gate, 100)).join(', ')}`,
      `- Set by: ${markdown(facts.who, 200)}`,
      `- Why: ${markdown(facts.reason)}`,
      `- Incident: ${anchor({ label, url: facts.incident }, 200)}`,
    ]),
  ];
}

function hotfixBlock({ who, reason, branch, qualified }: Hotfix): string {
  const owed = qualified
    ? 'Its full qualification has been appended.'
    : 'Its full qualification is still **owed**, and nothing else is promoted until this branch is merged back.';
  return alert('IMPORTANT', [`**Hotfix lane:** ${markdown(who, 80)}, from branch ${code(branch, 200)}: ${markdown(reason)} ${owed}`]);
}

function promotionLine(promotion: Promotion): string {
  const { from, to } = promotion;
  const move = from === null || to === null ? '' : ` From \`${shortDigest(from)}\` to \`${shortDigest(to)}\`.`;
  return `**Promotion:** ${markdown(promotionText(promotion))}${move}`;
}

function reviewLine({ who, state, comment }: Review): string {
  const said = comment.trim() === '' ? '.' : `: “${markdown(comment, 400)}”`;
  return `**${state === 'approved' ? 'Approved' : 'Rejected'} by** ${markdown(who, 80)}${said}`;
}

/** Only what needs an eye is coloured: GitHub heads such a block with its kind, and a pass is no tip. */
function toned(tone: Headline['tone'], lines: readonly string[]): string {
  if (tone !== 'bad' && tone !== 'unsure') return lines.join('\n\n');
  return alert(
    tone === 'bad' ? 'CAUTION' : 'WARNING',
    lines.flatMap((line, i) => (i === 0 ? [line] : ['', line])),
  );
}
