import { stopSentence } from '../../gates/early/stop-summary';
import { chartsOf } from '../charts/stage-charts';
import { html, shortCommit } from '../escape';
import { digestFacts, overrideText, promotionText, scaleFacts } from '../facts';
import type { ReportModel, StageModel } from '../model';
import { formatCount, formatQuantity, formatRate } from '../numbers';
import { formatInstant, formatWindow } from '../times';
import { attemptText, unfinishedTitle, VERDICT_MARKS } from '../words';
import { figure } from './figure';
import { gateTable } from './gates';
import { definitions, prose } from './markup';

/** Override first, then the verdict, the sentence that decided, and what to do. */
export function verdictSection({ report, headline, next, notRun }: ReportModel): string {
  const override = overrideText(report);
  return [
    ...(override === null ? [] : [`<div class="override" role="note"><p><strong>Override.</strong> ${html(override, 1800)}</p></div>`]),
    `<div class="verdict ${headline.tone}">`,
    `<h1><span aria-hidden="true">${headline.icon}</span> ${html(headline.title, 200)}</h1>`,
    `<p>${html(report.message, 1200)}</p>`,
    `<p>Promotion: ${html(promotionText(report.promotion))}</p>`,
    ...(next === null ? [] : [`<p class="next">Next: ${prose(next)}</p>`]),
    ...report.notes.map((note) => `<p>Note: ${html(note)}</p>`),
    ...(notRun.length === 0
      ? []
      : [
          `<p>Did not run: ${notRun.map(({ name, gates }) => `${name} (${gates.length} gates)`).join(', ')}. What did not run is never a pass.</p>`,
        ]),
    `<p class="muted">Commit <code>${html(shortCommit(report.release.commit))}</code>, ${report.target}, profile ${report.profile}, ${formatInstant(report.evidence.startedAt)} to ${formatInstant(report.evidence.finishedAt)}</p>`,
    '</div>',
  ].join('\n');
}

/** What did not pass in full, what passed compactly. */
export function gatesSection({ open, unfinished, observed, passed }: ReportModel): string {
  return [
    '<section aria-labelledby="gates"><h2 id="gates">Gates</h2>',
    ...(open.length === 0 ? [] : [gateTable('Without a pass: these decide', open, true)]),
    ...(unfinished.length === 0
      ? []
      : [`<details><summary>${unfinishedTitle(unfinished)}</summary>${gateTable('Not judged any more', unfinished, true)}</details>`]),
    ...(observed.length === 0 ? [] : [gateTable('Observed only: not counted in the verdict', observed, true)]),
    ...(passed.length === 0 ? ['<p>No gate passed.</p>'] : [gateTable('Passed', passed, false)]),
    '<p class="muted">Headroom is the share of the limit that is left. n counts datapoints, or requests where requests are judged. A dot in a shape is a missing datapoint.</p>',
    '</section>',
  ].join('\n');
}

export function scaleSection({ report }: ReportModel): string {
  const facts = scaleFacts(report);
  const content = facts === null ? '<p>Not measured.</p>' : definitions(facts.map(({ label, text }) => [html(label), html(text)]));
  return `<section aria-labelledby="scale"><h2 id="scale">Scale</h2>\n${content}</section>`;
}

/** Load, charts and the gates' own words of one stage. */
export function stageSection(stage: StageModel): string {
  const { report, evidence, rows } = stage;
  const id = `${report.tier}-${report.name}`;
  const mark = VERDICT_MARKS[report.verdict];
  const charts = evidence === null ? [] : chartsOf(evidence, report);
  return [
    `<section aria-labelledby="${id}"><h2 id="${id}">${report.name} on ${report.tier}${attemptText(evidence)}: <span aria-hidden="true">${mark.icon}</span> ${mark.word}</h2>`,
    loadFacts(stage),
    charts.length === 0 ? '<p class="muted">Too few datapoints to draw.</p>' : `<div class="charts">${charts.map(figure).join('\n')}</div>`,
    `<details><summary>Every gate of ${report.name} in its own words</summary>${gateTable(`Gates of ${report.name}`, rows, true)}</details>`,
    '</section>',
  ].join('\n');
}

function loadFacts({ report, evidence }: StageModel): string {
  if (report.load === null) return '<p>The stage left no load to show.</p>';
  const { requests, achievedRate, plannedRate, dropped, failedRate } = report.load;
  const k6 = evidence?.load ?? null;
  const rest = k6 === null ? '' : `, arrival lag p95 ${formatQuantity(k6.arrivalLagP95Ms, 'ms')}, k6 ${html(k6.k6Version, 40)}`;
  const stop = stopSentence(report);
  return definitions([
    ...(stop === null ? [] : [['Stopped', stop] as const]),
    ['Window', report.window === null ? '–' : formatWindow(report.window)],
    [
      'Load',
      `${formatCount(requests)} requests at ${formatRate(achievedRate)} of ${formatRate(plannedRate)} planned, ${formatCount(dropped)} dropped, ${formatQuantity(failedRate, 'fraction')} failed${rest}`,
    ],
  ]);
}

export function digestsSection({ report }: ReportModel): string {
  const pairs = digestFacts(report).map(({ label, text }) => [html(label), `<code>${html(text, 200)}</code>`] as const);
  return `<section aria-labelledby="digests"><h2 id="digests">What was judged, by which rules</h2>\n${definitions(pairs)}</section>`;
}
