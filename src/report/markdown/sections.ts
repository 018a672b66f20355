import { code, markdown, shortDigest } from '../escape';
import { digestFacts, releaseName, scaleFacts } from '../facts';
import type { ReportModel } from '../model';
import { formatInstant, formatSpan } from '../times';
import { details, list, table } from './markup';

/** Parts that comment and summary share. Each is complete Markdown, or empty. */

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
