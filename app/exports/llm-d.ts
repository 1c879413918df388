import type { Sha256 } from '../deps.ts'
import { type Json, number } from '../setups/loose.ts'
import { tagsOf } from './columns.ts'
import { loadOf, stackOf } from './llm-d-scenario.ts'
import { aggregateOf } from './llm-d-statistics.ts'
import { type Window, windowsOf } from './llm-d-windows.ts'
import type { RunRow } from './runs.ts'

/** The version of the benchmark report: the first of its line, which readers of later ones take too. */
const VERSION = '0.2'

/** Benchmark reports of llm-d: one for each window of requests, as the format has one load a report. */
export function reportsOf(run: RunRow, document: Json, sha256: Sha256): Json[] {
  return windowsOf(document).flatMap((window) => {
    const aggregate = aggregateOf(window.metrics)
    if (aggregate === null) return []
    const load = loadOf(document, window, sha256)
    return [
      {
        version: VERSION,
        run: about(run, document, window),
        scenario: { stack: [stackOf(run, document, sha256)], ...(load === null ? {} : { load }) },
        results: { request_performance: { aggregate } },
      },
    ]
  })
}

function about(run: RunRow, document: Json, { benchmark, run_number, stage, metrics, at }: Window): Json {
  const duration = number(metrics['duration_s'])
  const start = at === null || Number.isNaN(Date.parse(at)) ? null : new Date(at)
  const end = start === null || duration === null ? null : new Date(start.getTime() + duration * 1000)
  const tags = tagsOf(document)
  const time = {
    ...(start === null ? {} : { start: start.toISOString() }),
    ...(end === null || Number.isNaN(end.getTime()) ? {} : { end: end.toISOString() }),
    ...(duration === null ? {} : { duration: `PT${duration}S` }),
  }
  return {
    uid: [run.id, benchmark, run_number, ...(stage === null ? [] : [stage])].join('-'),
    eid: run.campaign_id ?? run.id,
    ...(Object.keys(time).length > 0 ? { time } : {}),
    description: `KITT result ${run.id}: ${benchmark || 'benchmark'}, run ${run_number}`,
    ...(tags.length > 0 ? { keywords: tags } : {}),
  }
}
