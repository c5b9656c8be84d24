/** @file The look of a report: one style sheet inside the page, for dark, light and paper. */

export const reportStyle = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1b1f24; --quiet: #5b6470; --line: #dfe3e8; --accent: #1f6fb2; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --card: #1c2026; --ink: #e8eaed; --quiet: #a3acb8; --line: #323941; --accent: #74b3ec; --good: #6cc793; --bad: #f2a39c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; overflow-wrap: break-word; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 23px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -0.01em; }
h3 { font-size: 15px; margin: 32px 0 12px; }
p { margin: 0 0 8px; max-width: 75ch; }
a { color: var(--accent); }
.lead { font-size: 17px; color: var(--quiet); }
.quiet, .how { color: var(--quiet); }
.how { font-size: 13px; line-height: 1.45; }
article { margin-top: 32px; padding-top: 28px; border-top: 1px solid var(--line); }
header + article { border-top: 0; padding-top: 0; }
.status { display: inline-block; margin-left: 10px; padding: 2px 10px; border: 1px solid currentColor; border-radius: 999px; font-size: 13px; font-weight: 500; letter-spacing: 0; vertical-align: 4px; color: var(--quiet); }
.status.completed { color: var(--good); }
.status.failed { color: var(--bad); }
.failure { margin: 12px 0; padding: 12px 16px; border-left: 3px solid var(--bad); background: var(--card); }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 20px 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.facts > div { flex: 1 1 120px; background: var(--card); padding: 12px 16px; }
.facts > .wide { flex-basis: 300px; }
dt { font-size: 12px; color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; }
dd small { display: block; font-weight: 400; font-size: 12px; color: var(--quiet); }
figure { margin: 0 0 20px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
figure > .paper { background: #fff; padding: 12px; text-align: center; border-bottom: 1px solid var(--line); overflow-x: auto; }
figure img { max-width: 100%; height: auto; vertical-align: middle; }
figure img.pixels { image-rendering: pixelated; max-width: none; }
figcaption { padding: 12px 16px; }
figcaption strong { display: block; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 20px; }
.curves figure { margin: 0; }
.chart { display: block; width: 100%; height: auto; padding: 8px 4px 0; }
.chart text { fill: var(--quiet); font-family: inherit; font-variant-numeric: tabular-nums; }
.chart .name { fill: var(--ink); }
.chart .grid { stroke: var(--line); fill: none; }
.chart .axis { stroke: var(--quiet); fill: none; }
.chart .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.table { background: var(--card); border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 12px; font-weight: 500; color: var(--quiet); }
th, td { padding: 8px 16px; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
td.value { font-variant-numeric: tabular-nums; font-weight: 600; min-width: 7em; }
td.value small { display: block; font-weight: 400; font-size: 12px; color: var(--accent); }
td.label { min-width: 11em; }
.origin { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; font-size: 13px; }
.origin dt { font-size: 13px; }
.origin dd { font-weight: 400; overflow-wrap: anywhere; }
footer { margin-top: 40px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }
@media (max-width: 600px) { main { padding: 20px 14px; } .origin { grid-template-columns: 1fr; } .origin dd { margin-bottom: 8px; } th, td { padding: 8px 12px; } }
@media print { body { background: #fff; } figure img.pixels { max-width: 100%; } figure, .table { break-inside: avoid; } }
`;
