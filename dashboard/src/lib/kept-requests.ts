import { asList, asNumber, asObject, asText, type Loose } from './loose.ts'

/** A request of which the document keeps the times, in ms; `at` is from the first one of its run. */
export type KeptRequest = {
  index: number
  at: number
  /** Undefined where nothing came. */
  ttft: number | undefined
  tpot: number | undefined
  e2e: number
  input: number | undefined
  output: number | undefined
  warmup: boolean
  /** The kind of its failure. */
  failed: string | undefined
}

/** One reading of a GPU over time; `at` in ms as those of requests, null where a value is missing. */
export type Telemetry = { name: string; unit: string; at: number[]; lines: (number | null)[][] }

/** A run of a benchmark with the requests that are kept of it. */
export type KeptRun = {
  key: string
  label: string
  requests: KeptRequest[]
  /** How many were counted in all. */
  counted: number | undefined
  telemetry: Telemetry[]
}

/** The runs of a document that keep their requests; none of an old or imported one. */
export function keptRuns(document: Loose): KeptRun[] {
  return asList(document['results']).flatMap((item, i) => {
    const run = asObject(item)
    const requests = asList(run['outputs']).flatMap(requestOf)
    if (requests.length === 0) return []
    const metrics = asObject(run['metrics'])
    const number = asNumber(run['run_number'])
    const name = asText(run['test_name']) ?? 'benchmark'
    return {
      key: String(i),
      label: number === undefined ? name : `${name}, run ${number}`,
      requests,
      counted: asNumber(metrics['requests']),
      telemetry: telemetryOf(asObject(metrics['gpu_series']), requests),
    }
  })
}

function requestOf(item: unknown): KeptRequest[] {
  const row = asObject(item)
  const [at, e2e] = [asNumber(row['at_ms']), asNumber(row['e2e_latency_ms'])]
  const error = row['error']
  if (at === undefined) return []
  return [
    {
      index: asNumber(row['index']) ?? 0,
      at,
      ttft: asNumber(row['ttft_ms']),
      tpot: asNumber(row['tpot_ms']),
      e2e: e2e ?? 0,
      input: asNumber(row['input_tokens']),
      output: asNumber(row['output_tokens']),
      warmup: row['warmup'] === true,
      failed:
        error === undefined || error === null ? undefined : (asText(asObject(error)['kind']) ?? 'failed'),
    },
  ]
}

const READINGS = [
  ['utilization_pct', 'GPU load', '%'],
  ['power_w', 'Power', 'W'],
  ['memory_used_gb', 'GPU memory', 'GB'],
  ['temperature_c', 'Temperature', '°C'],
] as const

/** Readings are from the start of the window, which begins with the first request after the warm-up. */
function telemetryOf(series: Loose, requests: readonly KeptRequest[]): Telemetry[] {
  const from = Math.min(...requests.filter(({ warmup }) => !warmup).map(({ at }) => at))
  const at = asList(series['at_ms']).map((ms) => (asNumber(ms) ?? 0) + (Number.isFinite(from) ? from : 0))
  const gpus = asList(series['gpus']).map(asObject)
  if (at.length < 2) return []
  return READINGS.flatMap(([key, name, unit]) => {
    const lines = gpus.flatMap((gpu) => {
      const values = asList(gpu[key]).map((value) => asNumber(value) ?? null)
      return values.length === at.length ? [values] : []
    })
    return lines.length > 0 ? [{ name, unit, at, lines }] : []
  })
}

/** When the last request of a run ended, ms. */
export const endOf = (requests: readonly KeptRequest[]): number =>
  requests.reduce((last, { at, e2e }) => Math.max(last, at + e2e), 0)

/**
 * The tokens in flight at some times: of each open request its input and what it has put out by then, evenly from its
 * first token to its end. So much of the engine's cache is in use.
 */
export function tokensInFlight(requests: readonly KeptRequest[], times: readonly number[]): number[] {
  return times.map((time) =>
    requests.reduce((sum, { at, ttft, e2e, input = 0, output = 0 }) => {
      if (time < at || time >= at + e2e) return sum
      const first = ttft ?? e2e
      const share = e2e > first ? Math.max(0, (time - at - first) / (e2e - first)) : 0
      return sum + input + output * Math.min(1, share)
    }, 0),
  )
}

/** Rows for requests, so that those of one row do not overlap: as many as were in flight at once. */
export function rowsOf(requests: readonly KeptRequest[]): { request: KeptRequest; row: number }[] {
  const free: number[] = []
  return [...requests]
    .sort((a, b) => a.at - b.at)
    .map((request) => {
      const found = free.findIndex((until) => until <= request.at)
      const row = found < 0 ? free.length : found
      free[row] = request.at + request.e2e
      return { request, row }
    })
}
