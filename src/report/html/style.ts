/** The page's style: system fonts, light and dark by the reader's own setting, a layout that prints. */
export const STYLE = `
:root { color-scheme: light dark;
  --page: #ffffff; --card: #f5f7f9; --ink: #17202a; --muted: #51606f; --rule: #d3dae1; --link: #0b5cad;
  --good: #0f6b3a; --bad: #b3151f; --unsure: #8a5300; --neutral: #3d4f61;
  --chart-ink: #17202a; --chart-muted: #51606f; --chart-rule: #dfe4e9; --chart-band: #e6edf5;
  --chart-main: #0b5cad; --chart-second: #177a54; --chart-third: #7a4fb5; --chart-bad: #c21a25; --chart-limit: #b3151f; --chart-floor: #51606f; }
@media (prefers-color-scheme: dark) { :root {
  --page: #10161c; --card: #18212a; --ink: #e4eaf0; --muted: #a3b1be; --rule: #33404c; --link: #7cb7f5;
  --good: #62d394; --bad: #ff8a8a; --unsure: #f0b64d; --neutral: #b7c5d3;
  --chart-ink: #e4eaf0; --chart-muted: #a3b1be; --chart-rule: #2a3641; --chart-band: #22303d;
  --chart-main: #6db3ff; --chart-second: #5fd0a0; --chart-third: #c3a2f5; --chart-bad: #ff7b7b; --chart-limit: #ff8a8a; --chart-floor: #a3b1be; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main, header, footer { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p { margin: .4rem 0; max-width: 60rem; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, "SFMono-Regular", Consolas, monospace; overflow-wrap: anywhere; }
.verdict { border-left: .5rem solid var(--neutral); background: var(--card); padding: 1rem 1.25rem; border-radius: .25rem; }
.verdict.good { border-color: var(--good); } .verdict.good h1 { color: var(--good); }
.verdict.bad { border-color: var(--bad); } .verdict.bad h1 { color: var(--bad); }
.verdict.unsure { border-color: var(--unsure); } .verdict.unsure h1 { color: var(--unsure); }
.override { border: 2px solid var(--unsure); padding: .75rem 1.25rem; border-radius: .25rem; margin-bottom: 1rem; }
.next { font-weight: 600; }
.muted { color: var(--muted); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--rule); }
thead th { color: var(--muted); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.shape { white-space: nowrap; color: var(--muted); }
td.word { white-space: nowrap; font-weight: 600; }
td.failed { color: var(--bad); } td.inconclusive { color: var(--unsure); } td.passed { color: var(--good); } td.observe { color: var(--neutral); }
tr.message td { padding-top: 0; color: var(--muted); overflow-wrap: anywhere; }
tr.spoken > * { border-bottom: 0; padding-bottom: .1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: .25rem; padding: .75rem; min-width: 0; }
figure h3 { font-size: .95rem; margin: 0 0 .25rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { font-size: .85rem; color: var(--muted); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 0 0 .25rem; padding: 0; font-size: .85rem; }
.legend svg { display: inline; width: 2.2rem; height: .7rem; vertical-align: baseline; margin-right: .3rem; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--link); }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
footer { margin-top: 2.5rem; padding-bottom: 2rem; border-top: 1px solid var(--rule); }
@media print { details > * { display: block; } .charts { grid-template-columns: 1fr; } }
`;
