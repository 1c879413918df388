import type { Deps } from '../deps.ts'
import { BadRequest, Unavailable } from '../errors.ts'
import { resolveFilter } from '../results/filter.ts'
import { inTurns } from '../turns.ts'
import { metricColumns, otherMetrics, RUN_COLUMNS } from './columns.ts'
import { documentsAsText } from './documents.ts'
import { bencherReport, githubReport } from './for-ci.ts'
import { reportsOf } from './llm-d.ts'
import { measuredSetups } from './measured.ts'
import { metricNames } from './metric-names.ts'
import { asPieces, type Bytes, type Piece } from './pieces.ts'
import { REQUEST_COLUMNS, requestsOf } from './requests.ts'
import { type RowFormat, rowsAsText } from './rows.ts'
import { type ReadRun, readJudgedRuns, readRuns, readWholeRuns, type WholeRun } from './runs.ts'
import type { ExportQuery, LeftOut } from './schema.ts'
import { type Chosen, countOf, groupsOf, newest } from './source.ts'

/** An export that was begun: `end` must be called once, also if nothing is read. `results`: those in it. */
export type Export = { results: number; leftOut: LeftOut; pieces: AsyncGenerator<Bytes>; end(): void }

/** Exports at a time. Each holds some MiB. */
const AT_ONCE = 3
/** The most results of a report for CI, which is one document. */
const CI_RESULTS_MAX = 20_000

/** Begins exports; what is read of them is made as it is read. @throws Unavailable, BadRequest */
export function createExports(deps: Deps): (query: ExportQuery) => Promise<Export> {
  let running = 0
  return async (query) => {
    if (running >= AT_ONCE)
      throw new Unavailable('Other exports are being written. Try again.', { retryAfterS: 5 })
    running += 1
    let isOver = false
    const end = () => {
      if (!isOver) running -= 1
      isOver = true
    }
    try {
      return { ...(await begin(deps, query)), end }
    } catch (error) {
      end()
      throw error
    }
  }
}

async function begin(deps: Deps, query: ExportQuery): Promise<Omit<Export, 'end'>> {
  const { format, requests, outputs, metric, ids, ...asked } = query
  const filter = await resolveFilter(deps, asked)
  const chosen = { filter, ids, top: await newest(deps.db) }
  const results = await countOf(deps.db, chosen)
  const leftOut: LeftOut = {}
  const text = (parts: AsyncIterable<Piece>) => ({ results, leftOut, pieces: asPieces(parts) })
  switch (format) {
    case 'bencher':
    case 'github-smaller':
    case 'github-bigger':
      return ciReport(deps, format, chosen, results)
    case 'llm-d':
      return text(reports(deps, chosen))
    case 'parquet':
      return {
        results,
        leftOut,
        pieces: requests ? requestsAsParquet(deps, chosen) : runsAsParquet(deps, chosen, metric),
      }
    case 'csv':
      return text(requests ? requestRows(deps, format, chosen) : runsAsCsv(deps, chosen, metric))
    default:
      return text(
        requests
          ? requestRows(deps, format, chosen)
          : documentsAsText(deps, format, chosen, outputs === true),
      )
  }
}

const requestRows = (deps: Deps, format: RowFormat, chosen: Chosen) =>
  rowsAsText(format, REQUEST_COLUMNS, requestsOf(deps, chosen))

async function* runsOf(deps: Deps, chosen: Chosen): AsyncGenerator<ReadRun[]> {
  for await (const group of groupsOf(deps.db, chosen)) yield await readRuns(deps, group)
}

async function* judgedRunsOf(deps: Deps, chosen: Chosen) {
  for await (const group of groupsOf(deps.db, chosen)) yield await readJudgedRuns(deps, group)
}

async function* wholeRunsOf(deps: Deps, chosen: Chosen): AsyncGenerator<WholeRun[]> {
  for await (const group of groupsOf(deps.db, chosen)) yield await readWholeRuns(deps, group)
}

async function columnsFor(deps: Deps, chosen: Chosen, metric: string[] | undefined) {
  if (metric) return [...RUN_COLUMNS, ...metricColumns([...new Set(metric)])]
  const { names, hasOthers } = await metricNames(deps.db, chosen)
  return [...RUN_COLUMNS, ...metricColumns(names), ...(hasOthers ? [otherMetrics(names)] : [])]
}

async function* runsAsCsv(deps: Deps, chosen: Chosen, metric: string[] | undefined) {
  yield* rowsAsText('csv', await columnsFor(deps, chosen, metric), wholeRunsOf(deps, chosen))
}

// The writer of Parquet is loaded for those who ask for it.
async function* requestsAsParquet(deps: Deps, chosen: Chosen) {
  const { rowsAsParquet } = await import('./parquet.ts')
  yield* rowsAsParquet(REQUEST_COLUMNS, requestsOf(deps, chosen))
}

async function* runsAsParquet(deps: Deps, chosen: Chosen, metric: string[] | undefined) {
  const { rowsAsParquet } = await import('./parquet.ts')
  yield* rowsAsParquet(await columnsFor(deps, chosen, metric), wholeRunsOf(deps, chosen))
}

async function* reports(deps: Deps, chosen: Chosen): AsyncGenerator<string> {
  for await (const runs of runsOf(deps, chosen))
    for await (const { run, document } of inTurns(runs))
      for (const report of reportsOf(run, document, deps.sha256)) yield `${JSON.stringify(report)}\n`
}

async function ciReport(
  deps: Deps,
  format: 'bencher' | 'github-smaller' | 'github-bigger',
  chosen: Chosen,
  chosenResults: number,
): Promise<Omit<Export, 'end'>> {
  if (chosenResults > CI_RESULTS_MAX)
    throw new BadRequest(
      `This format is one document of at most ${CI_RESULTS_MAX} results. Choose fewer results.`,
    )
  const { setups, results, leftOut } = await measuredSetups(judgedRunsOf(deps, chosen), deps.sha256)
  const report =
    format === 'bencher'
      ? bencherReport(setups, deps.sha256)
      : githubReport(setups, format === 'github-smaller' ? 'lower' : 'higher')
  return { results, leftOut, pieces: asPieces(once(`${JSON.stringify(report, null, 2)}\n`)) }
}

async function* once(text: string) {
  yield text
}
