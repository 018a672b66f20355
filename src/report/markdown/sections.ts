import type { Promotion } from '../../gates/report-schema';
import { code, markdown, shortCommit, shortDigest } from '../escape';
import { digestFacts, overrideText, promotionText, releaseName, scaleFacts } from '../facts';
import type { Headline } from '../headline';
import type { ReportModel } from '../model';
import { formatInstant, formatSpan } from '../times';
import { stepMarkdown } from './gates';
import { alert, details, list, table } from './markup';

/** Parts that comment and summary share. Each is complete Markdown, or empty. */

/** Override first, then the verdict, then the sentence that decided it. */
export function headSection({ headline, report, next }: ReportModel): string {
  const override = overrideText(report);
  const lines = [
    markdown(report.message, 1200),
    promotionLine(report.promotion),
    ...(next === null ? [] : [`**Next:** ${stepMarkdown(next)}`]),
  ];
  return [
    ...(override === null ? [] : [alert('WARNING', [`**Override:** ${markdown(override, 1800)}`])]),
    `### ${headline.icon} ${markdown(headline.title, 200)} · ${code(shortCommit(report.release.commit))}`,
    toned(headline.tone, lines),
  ].join('\n\n');
}

function promotionLine(promotion: Promotion): string {
  const { from, to } = promotion;
  const move = from === null || to === null ? '' : ` From \`${shortDigest(from)}\` to \`${shortDigest(to)}\`.`;
  return `**Promotion:** ${markdown(promotionText(promotion))}${move}`;
}

/** Only what needs an eye is coloured: GitHub heads such a block with its kind, and a pass is no tip. */
function toned(tone: Headline['tone'], lines: readonly string[]): string {
  if (tone !== 'bad' && tone !== 'unsure') return lines.join('\n\n');
  return alert(
    tone === 'bad' ? 'CAUTION' : 'WARNING',
    lines.flatMap((line, i) => (i === 0 ? [line] : ['', line])),
  );
}

export function notRunSection({ notRun }: ReportModel): string {
  return notRun.length === 0
    ? ''
    : `**Did not run:** ${notRun.map(({ name, gates }) => `${name} (${gates.length} gates)`).join(', ')}. What did not run is never a pass.`;
}

export function notesSection({ report }: ReportModel): string {
  return report.notes.length === 0 ? '' : `**Notes**\n\n${list(report.notes.map((note) => markdown(note)))}`;
}

export function scaleSection({ report }: ReportModel): string {
  const facts = scaleFacts(report);
  return facts === null ? '**Scale** not measured.' : `**Scale**\n\n${list(facts.map(({ label, text }) => `${label}: ${text}.`))}`;
}

/** Digests as a reader recognises them; in full one click away. */
export function evidenceSection({ report }: ReportModel): string {
  const took = formatSpan(Date.parse(report.evidence.finishedAt) - Date.parse(report.evidence.startedAt));
  return [
    `**Evidence** \`${shortDigest(report.evidence.digest)}\` · release ${releaseName(report.release, (text) => `\`${text}\``)} · policy \`${shortDigest(report.policy.digest)}\` · collected ${formatInstant(report.evidence.startedAt)} in ${took}`,
    details('Digests in full', digestTable(report)),
  ].join('\n\n');
}

export function digestTable(report: ReportModel['report']): string {
  return table(
    ['What', 'Digest or name'],
    digestFacts(report).map(({ label, text }) => [label, code(text, 200)]),
  );
}

export function footSection({ report }: ReportModel): string {
  return `<sub>${report.target} · profile ${report.profile} · tidegate ${markdown(report.toolVersion, 40)} · all times UTC · n counts datapoints, or requests where requests are judged · \`·\` in a shape is a missing datapoint</sub>`;
}
