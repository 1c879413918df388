import { html } from 'hono/html'
import type { LegacyRow, LegacyView } from './results.ts'

const SHOWN_ROWS = 500

type Markup = ReturnType<typeof html>

export function resultsPage(view: LegacyView, version: string): Markup {
  const { filter, total } = view
  const filtered = filter.model !== undefined || filter.engine !== undefined
  return layout(
    'Results',
    version,
    html`${counts(view)} ${filters(view, filtered)} ${total > 0 ? table(view.rows) : empty(filtered)}`,
  )
}

export const notFoundPage = (version: string): Markup =>
  layout('Not found', version, html`<p>There is no such page. <a href="/">All results</a></p>`)

function layout(title: string, version: string, content: Markup): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>${title} · KITT</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">KITT</a> <span>results on this machine, read-only</span></header>
<main>
<h1>${title}</h1>
${content}
</main>
<footer>KITT ${version} · <a href="/api/results">results</a> · <a href="/api/campaigns">campaigns</a> as JSON</footer>
</body>
</html>`
}

function counts({ total, passed, failed }: LegacyView): Markup {
  const rate = total > 0 ? `${((100 * passed) / total).toFixed(1)} %` : '–'
  return html`<dl>
${count('Runs', total)} ${count('Passed', passed)} ${count('Failed', failed)} ${count('Pass rate', rate)}
</dl>`
}

const count = (name: string, value: number | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`

function filters({ models, engines, filter }: LegacyView, filtered: boolean): Markup {
  return html`<form method="get" action="/">
${select('model', 'Model', models, filter.model)} ${select('engine', 'Engine', engines, filter.engine)}
<button>Filter</button>${filtered ? html` <a href="/">Show all</a>` : ''}
</form>`
}

function select(name: string, label: string, values: string[], chosen: string | undefined): Markup {
  // A filter from an old link stays visible even if no result matches it.
  const known = chosen === undefined || values.includes(chosen) ? values : [chosen, ...values]
  return html`<label>${label} <select name="${name}">
<option value="">all</option>
${known.map((value) => html`<option value="${value}"${value === chosen ? ' selected' : ''}>${value}</option>`)}
</select></label>`
}

function table(rows: LegacyRow[]): Markup {
  const shown = rows.slice(0, SHOWN_ROWS)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Results"><table>
<thead><tr><th>Model</th><th>Engine</th><th>Suite</th><th>Outcome</th><th>Benchmarks passed</th>
<th>Time (s)</th><th>When</th><th>Document</th></tr></thead>
<tbody>
${shown.map(line)}
</tbody>
</table></div>${shown.length < rows.length ? html`<p>The newest ${shown.length} of ${rows.length} runs.</p>` : ''}`
}

const line = (row: LegacyRow) => html`<tr><td>${row.model}</td><td>${row.engine}</td><td>${row.suite}</td>
<td class="${row.passed ? 'passed' : 'failed'}">${row.passed ? '✓ passed' : '✗ failed'}</td>
<td class="number">${row.benchmarks}</td><td class="number">${row.seconds}</td>
<td>${row.when}</td><td><a href="/api/results/${row.index}">JSON</a></td></tr>`

const empty = (filtered: boolean) =>
  filtered
    ? html`<p>No run has this model and engine. <a href="/">Show all</a></p>`
    : html`<p>No results yet. Files named <code>metrics.json</code> below <code>kitt-results</code> or <code>karr-*</code>
in the results directory appear here.</p>`
