import { isAiperfRecord } from './aiperf-record.ts'
import { firstRecord, records } from './content.ts'
import { Samples } from './distribution.ts'
import type { ImportedRun, Importer, Warning } from './importer.ts'
import { lengthsOf, warningsOf, windowOf } from './serving.ts'
import { millisecondsIn } from './units.ts'
import { type Json, list, number, object, positive, text } from './values.ts'

/** The records of single requests that AIPerf writes: one run for all lines. */
export const aiperfLines: Importer = {
  format: 'aiperf-jsonl',
  tool: 'aiperf',
  percentiles: 'linear',
  looksFor: 'lines with "metadata.request_start_ns" and "metrics" (AIPerf, single requests)',
  detect: (content) => isAiperfRecord(firstRecord(content)),
  read: (content) => [runOf(records(content))],
}

/** What is collected of the requests; times in ms. */
class Requests {
  readonly ttft = new Samples()
  readonly tpot = new Samples()
  readonly itl = new Samples()
  readonly e2e = new Samples()
  readonly errors = new Map<string, number>()
  successful = 0
  failed = 0
  cancelled = 0
  input = 0
  output = 0
  known = 0
  from = Number.POSITIVE_INFINITY
  to = 0

  add(record: Json) {
    const metadata = object(record['metadata'])
    if (text(metadata['benchmark_phase']) !== undefined && metadata['benchmark_phase'] !== 'profiling') return
    if (metadata['was_cancelled'] === true) {
      this.cancelled++
      return
    }
    if (record['error'] !== null && record['error'] !== undefined) return this.#fail(record['error'])
    this.successful++
    // The end of a request with an error may be of another clock: only those without one are looked at.
    const [start, end] = [positive(metadata['request_start_ns']), positive(metadata['request_end_ns'])]
    if (start !== undefined && start < this.from) this.from = start
    if (end !== undefined && end > this.to) this.to = end
    this.#measure(object(record['metrics']))
  }

  #fail(error: unknown) {
    this.failed++
    const { type, message } = object(error)
    const words = text([text(type), text(message)].filter(Boolean).join(': ')) ?? text(error) ?? 'error'
    if (this.errors.size < 20 || this.errors.has(words.slice(0, 300)))
      this.errors.set(words.slice(0, 300), (this.errors.get(words.slice(0, 300)) ?? 0) + 1)
  }

  #measure(metrics: Json) {
    // In October 2025 the names were short.
    push(this.ttft, metrics['time_to_first_token'] ?? metrics['ttft'])
    push(this.tpot, metrics['inter_token_latency'])
    push(this.itl, metrics['inter_chunk_latency'])
    push(this.e2e, metrics['request_latency'])
    const [input, output] = [
      tokens(metrics['input_sequence_length']),
      tokens(metrics['output_sequence_length']),
    ]
    if (input !== undefined) this.input += input
    if (output === undefined) return
    this.output += output
    this.known++
  }
}

/** Adds a value, or the values of a list, in milliseconds. */
function push(to: Samples, metric: unknown) {
  const { value, unit } = object(metric)
  const scale = millisecondsIn(unit)
  if (scale === undefined) return
  for (const one of Array.isArray(value) ? value : [value]) {
    const known = positive(one)
    if (known !== undefined) to.add(known * scale)
  }
}

const tokens = (metric: unknown) => number(object(metric)['value'])

function runOf(lines: Json[]): ImportedRun {
  const requests = new Requests()
  for (const line of lines) requests.add(line)
  const { successful, failed, cancelled, known, from, to } = requests
  const seconds = to > from ? (to - from) / 1e9 : undefined
  const isWhole = known === successful
  const [input, output] = isWhole ? [requests.input, requests.output] : []
  const window = windowOf({
    successful,
    failed,
    cancelled: cancelled > 0 ? cancelled : undefined,
    seconds,
    input_tokens: input,
    output_tokens: output,
    concurrency_mean:
      seconds !== undefined && requests.e2e.length === successful
        ? requests.e2e.sum() / 1000 / seconds
        : undefined,
    distributions: {
      ttft_ms: requests.ttft.distribution(),
      tpot_ms: requests.tpot.distribution(),
      itl_ms: requests.itl.distribution(),
      e2e_latency_ms: requests.e2e.distribution(),
    },
  })
  const warnings: Warning[] = warningsOf(window)
  if (cancelled > 0)
    warnings.push({
      code: 'cancelled_requests',
      message: `${cancelled} requests were cancelled: they count as neither failed nor successful.`,
    })
  return {
    ...(from < Number.POSITIVE_INFINITY
      ? { timestamp: { value: new Date(from / 1e6).toISOString(), source: 'file' as const } }
      : {}),
    results: [
      {
        test_name: 'load',
        passed: successful > 0,
        metrics: window,
        errors: [...requests.errors].map(([words, times]) => `${words} (${times} times)`),
      },
    ],
    options: lengthsOf(input, output, successful),
    warnings,
    original: { first: list(lines)[0], window },
  }
}
