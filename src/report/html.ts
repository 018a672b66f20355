import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import { html } from './escape';
import { digestsSection, gatesSection, scaleSection, stageSection, verdictSection } from './html/sections';
import { STYLE } from './html/style';
import { reportModel } from './model';

/** Nothing may be loaded, run or sent: what came from outside could at worst be read. */
const CONTENT_SECURITY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The report as one HTML file that needs no network and no JavaScript.
 * @param evidence null leaves out charts and shapes
 */
export function renderHtml(report: GateReport, evidence: Evidence | null): string {
  const model = reportModel(report, evidence);
  return `${[
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${html(model.headline.title, 200)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header>${verdictSection(model)}</header>`,
    '<main>',
    gatesSection(model),
    scaleSection(model),
    ...model.stages.map(stageSection),
    digestsSection(model),
    '</main>',
    `<footer><p class="muted">tidegate ${html(report.toolVersion, 40)}. All times are UTC. This page is a copy for people: gate-report.json and evidence.json beside it are what was judged.</p></footer>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}
