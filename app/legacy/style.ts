/** The style sheet; a file, because the content security policy forbids inline styles. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbfc, #15171b);
  --panel: light-dark(#ffffff, #1d2026);
  --line: light-dark(#dde0e6, #323741);
  --ink: light-dark(#1c2026, #e4e7ec);
  --soft: light-dark(#59616e, #a0a8b5);
  --accent: light-dark(#2457c5, #8ab0ff);
  --good: light-dark(#1a7040, #6fd79c);
  --bad: light-dark(#b3261e, #ff9d95);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 0 1rem; background: var(--ground); color: var(--ink);
  font: 0.95rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline; padding: 1rem 0;
  border-bottom: 1px solid var(--line); }
header a { font-weight: 700; text-decoration: none; }
header span, footer, dt { color: var(--soft); }
h1 { font-size: 1.4rem; margin: 1.25rem 0 0.75rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0.75rem; margin: 0 0 1rem; }
dl > div { background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.6rem 0.9rem; }
dt { font-size: 0.85rem; }
dd { margin: 0; font-size: 1.4rem; font-weight: 600; }
form { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end; margin-bottom: 1rem; }
label { display: grid; color: var(--soft); font-size: 0.85rem; max-width: 100%; }
select, button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--line);
  border-radius: 0.4rem; padding: 0.4rem 0.6rem; max-width: 100%; }
button { cursor: pointer; }
.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 0.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.45rem 0.8rem; text-align: left; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; font-size: 0.85rem; }
tbody tr { border-top: 1px solid var(--line); }
td:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
.number { text-align: right; }
.passed { color: var(--good); }
.failed { color: var(--bad); }
footer { padding: 1.5rem 0; font-size: 0.85rem; }
`
