import { Marked } from 'marked';

/** Roughly GitHub's own style sheet: enough to see what is too wide, too long or too loud. */
const STYLE = `
body { margin: 0; background: #f6f8fa; font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji"; color: #1f2328; }
article { max-width: 830px; margin: 16px auto; padding: 16px; background: #fff; border: 1px solid #d1d9e0; border-radius: 6px; overflow-wrap: break-word; }
h3 { font-size: 1.25em; line-height: 1.25; margin: 24px 0 16px; } article > :first-child { margin-top: 0; }
p, ul, table, blockquote, details, pre { margin: 0 0 16px; }
ul { padding-left: 2em; } li + li { margin-top: .25em; }
code { font: 85% ui-monospace, "DejaVu Sans Mono", monospace; background: #818b981f; padding: .2em .4em; border-radius: 6px; white-space: break-spaces; }
pre { background: #f6f8fa; padding: 16px; border-radius: 6px; overflow: auto; } pre code { background: none; padding: 0; white-space: pre; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid #d1d9e0; } tr:nth-child(2n) td { background: #f6f8fa; }
blockquote { padding: 0 1em; border-left: .25em solid #d1d9e0; color: #59636e; }
.alert { color: inherit; padding: 8px 16px; border-left: .25em solid; } .alert > :last-child { margin-bottom: 0; } .alert .kind { font-weight: 500; margin-bottom: 8px; }
.caution { border-color: #cf222e; } .caution .kind { color: #d1242f; } .warning { border-color: #9a6700; } .warning .kind { color: #9a6700; }
.important { border-color: #8250df; } .important .kind { color: #8250df; } .note { border-color: #0969da; } .note .kind { color: #0969da; } .tip { border-color: #1a7f37; } .tip .kind { color: #1a7f37; }
a { color: #0969da; } sub { font-size: 75%; line-height: 1.3; } summary { cursor: pointer; }
@media (prefers-color-scheme: dark) { body { background: #0d1117; color: #f0f6fc; } article { background: #0d1117; border-color: #3d444d; } }
`;

const ALERT = /<blockquote>\s*<p>\[!(CAUTION|WARNING|IMPORTANT|NOTE|TIP)\]\s*/g;

/** A comment or a summary as GitHub would show it, near enough to judge by: GFM, alerts, folds, tables that scroll. */
export function githubPage(title: string, markdown: string): string {
  const body = new Marked({ gfm: true }).parse(markdown, { async: false });
  // Nothing of ours nests quotes, so each one that is opened as an alert is closed by the next end of a quote.
  const shown = body.replace(ALERT, (_, kind: string) => `<blockquote class="alert ${kind.toLowerCase()}"><p class="kind">${kind}</p><p>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${STYLE}</style></head><body><article>${shown}</article></body></html>\n`;
}
