import { MAIN_METRICS, nameInSweep, valuesFor } from '../../../app/results/metric-source.ts'
import { type ResultWarning, warningsOf } from '../../../lib/result-warnings.ts'
import { mean } from '../../../lib/statistics.ts'
import type { StoredResult } from '../api/results.ts'
import { asList, asNumber, asObject, asText, type Loose, numbersOf } from './loose.ts'
import { type Provenance, provenanceOf } from './provenance.ts'
import { clockOffsetText, parseTime } from './time.ts'

/** One metric of a benchmark: the mean over the runs, and the value of each run. */
export type Measure = { name: string; benchmark: string; value: number; runs: number[] }

/** The displayed parts of a stored document, of any version. */
export type ResultView = {
  id: string
  model: string
  engine: string
  engineVersion: string | undefined
  suite: string
  /** Epoch milliseconds. */
  at: number
  passed: boolean | undefined
  simulated: boolean
  /** Where it is from, if another tool has measured it. */
  imported: Provenance | undefined
  seconds: number | undefined
  /** With the count: `2 × NVIDIA H100 80GB`. */
  gpu: string | undefined
  gpuModel: string
  agentId: string | null
  testId: string | null
  campaignId: string | null
  /** What people noted on it. */
  notes: string
  tags: string[]
  benchmarks: string[]
  warnings: ResultWarning[]
  measures: Measure[]
  document: Loose
}

/** Reads a stored document; missing parts are undefined or empty. */
export function readResult(stored: StoredResult): ResultView {
  const document = stored as Loose
  const items = asList(document['results']).map(asObject)
  const measures = measuresOf(items)
  return {
    id: stored.id,
    model: stored.model,
    engine: stored.engine,
    engineVersion: asText(document['engine_version']),
    suite: asText(document['suite_name']) ?? '',
    at: measuredAt(stored),
    passed: typeof document['passed'] === 'boolean' ? document['passed'] : undefined,
    simulated: stored.simulated,
    imported: provenanceOf(document),
    seconds: asNumber(document['total_time_seconds']),
    gpu: gpuOf(document),
    gpuModel: asText(asObject(asObject(document['system_info'])['gpu'])['model']) ?? '',
    agentId: stored.agent_id,
    testId: stored.quick_test_id,
    campaignId: stored.campaign_id,
    notes: stored.kitt_notes ?? '',
    tags: stored.kitt_tags ?? [],
    benchmarks: [...new Set(items.map(nameOf).filter((name) => name !== ''))],
    warnings: [...warningsOf(document['warnings']), ...clockWarning(stored)],
    measures,
    document,
  }
}

/** The time of the measurement by the server's clock, by which lists are ordered. */
function measuredAt({ received_at, agent_id, clock_offset_ms: offset, ...document }: StoredResult): number {
  const received = Date.parse(received_at)
  const written = parseTime((document as Loose)['timestamp'])
  if (written === undefined) return received
  const corrected = offset !== undefined && Math.abs(offset) >= NOISE_MS ? written - offset : written
  return agent_id === null ? corrected : Math.min(corrected, received)
}

/** Smaller clock offsets are network delay. */
const NOISE_MS = 1000

function clockWarning({ clock_offset_ms }: StoredResult): ResultWarning[] {
  const difference = clockOffsetText(clock_offset_ms)
  return difference
    ? [
        {
          code: 'clock',
          about: '',
          message: `The clock of the agent was ${difference}; times are corrected.`,
        },
      ]
    : []
}

const nameOf = (item: Loose) => asText(item['test_name']) ?? ''

function gpuOf(document: Loose): string | undefined {
  const gpu = asObject(asObject(document['system_info'])['gpu'])
  const model = asText(gpu['model'])
  const count = asNumber(gpu['count']) ?? 1
  return model && (count > 1 ? `${count} × ${model}` : model)
}

function measuresOf(items: Loose[]): Measure[] {
  const found = new Map<string, Measure>()
  for (const item of items) {
    const benchmark = nameOf(item)
    for (const [name, value] of numbersOf(item['metrics'])) {
      const key = `${benchmark}\n${name}`
      const known = found.get(key)
      if (known) known.runs.push(value)
      else found.set(key, { name, benchmark, value, runs: [value] })
    }
  }
  for (const measure of found.values()) {
    measure.value = mean(measure.runs)
  }
  return [...found.values()]
}

/** A metric from the benchmark that measures it best, by the same rule as the lists of the server. */
export function measure({ measures }: ResultView, name: string): Measure | undefined {
  const swept = nameInSweep(name)
  const [found] = valuesFor(
    name,
    measures.filter((one) => one.name === name || one.name === swept),
  )
  return found && { ...found, name }
}

/** The main metric of a result: its throughput, else a latency, else the memory. */
export const headline = (result: ResultView): Measure | undefined =>
  MAIN_METRICS.map((name) => measure(result, name)).find((found) => found !== undefined)
