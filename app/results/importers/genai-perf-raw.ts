import { onlyRecord } from './content.ts'
import { Samples } from './distribution.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { hasSucceeded } from './measured.ts'
import { windowOf } from './serving.ts'
import {
  count,
  defined,
  isObject,
  type Json,
  list,
  number,
  numbers,
  object,
  positive,
  text,
} from './values.ts'

/** The single requests of perf_analyzer, which genai-perf sums up: `profile_export.json`. A run for each load. */
export const genaiPerfRaw: Importer = {
  format: 'genai-perf-raw',
  tool: 'genai-perf',
  percentiles: 'linear',
  looksFor:
    '"experiments" with "requests" that have "timestamp" and "response_timestamps" (genai-perf, single requests)',
  detect: (content) => {
    const [first] = list(onlyRecord(content)?.['experiments'])
    const [request] = list(object(first)['requests'])
    return isObject(request) && 'timestamp' in request && 'response_timestamps' in request
  },
  read: (content) => {
    const record = onlyRecord(content) as Json
    return list(record['experiments']).map((one) => runOf(record, object(one)))
  },
}

/** Engines that are asked otherwise than with OpenAI's API: all of their responses count for genai-perf. */
const OTHERS: ReadonlySet<unknown> = new Set(['triton', 'tensorrtllm_engine', 'dynamic_grpc'])
/** Nanoseconds in a millisecond. */
const MS = 1e6

/**
 * The time of the answers is known, and not how many tokens each has: there is neither TPOT nor a token rate. As
 * genai-perf does, only the responses with a part of the answer count: not that of the role, nor what ends a stream.
 */
function runOf(record: Json, experiment: Json): ImportedRun {
  const [ttft, itl, e2e] = [new Samples(), new Samples(), new Samples()]
  let [successful, failed] = [0, 0]
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  const countsAll = OTHERS.has(record['service_kind'])
  let isTold = true
  for (const one of list(experiment['requests'])) {
    const request = object(one)
    const start = positive(request['timestamp'])
    const times = request['response_timestamps']
    if (start === undefined || !Array.isArray(times) || numbers(times).length < times.length)
      return untimed(experiment)
    const contents = countsAll ? null : contentsOf(request, times.length)
    if (!countsAll && contents === null && times.length > 1) isTold = false
    const answers = numbers(times).filter((at, i) => at >= start && contents?.[i] !== false)
    const [first, last] = [answers[0], answers.at(-1)]
    if (first === undefined || last === undefined || request['success'] === false) {
      failed++
      continue
    }
    successful++
    from = Math.min(from, start)
    to = Math.max(to, last)
    ttft.add((first - start) / MS)
    e2e.add((last - start) / MS)
    for (const [i, at] of answers.entries()) if (i > 0) itl.add((at - (answers[i - 1] as number)) / MS)
  }
  const hasTokens = isTold && itl.length > 0
  const load = object(experiment['experiment'])
  const [mode, value] = [text(load['mode']), number(load['value'])]
  const metrics = windowOf({
    successful,
    failed,
    seconds: to > from ? (to - from) / 1e9 : undefined,
    distributions: {
      // One part is a whole answer: it has no first token of its own.
      ttft_ms: hasTokens ? ttft.distribution() : undefined,
      itl_ms: hasTokens ? itl.distribution() : undefined,
      e2e_latency_ms: e2e.distribution(),
    },
  })
  return {
    results: [{ test_name: 'load', passed: hasSucceeded(successful, metrics), metrics }],
    options: optionsOf(mode, value),
    parameters: defined({ service_kind: text(record['service_kind']), endpoint: text(record['endpoint']) }),
    warnings: isTold ? [] : [UNTOLD],
    original: { experiment: load, requests: successful + failed, metrics },
  }
}

const UNTOLD: Warning = {
  code: 'single_requests_not_read',
  message:
    'Which responses have a part of the answer cannot be told from the file: TTFT and ITL are left out, and the latency counts all of them.',
}

/** For each response whether it has a part of the answer; null where one does not tell. */
function contentsOf(request: Json, responses: number): boolean[] | null {
  const found = list(request['response_outputs'])
  const told = found.filter((one): one is boolean => typeof one === 'boolean')
  return told.length === responses && found.length === responses ? told : null
}

/** One that is not timed has neither failed nor succeeded. */
const untimed = (experiment: Json): ImportedRun => ({
  refused: 'Some of its requests have no "timestamp" or no "response_timestamps".',
  results: [],
  original: { experiment: object(experiment['experiment']) },
})

function optionsOf(mode: string | undefined, value: number | undefined): Json {
  if (mode === 'concurrency' && value !== undefined && value > 0)
    return { mode: value === 1 ? 'synchronous' : 'concurrent', concurrency: count(value) }
  return mode === 'request_rate' && value !== undefined && value > 0 ? { rate: value } : {}
}
