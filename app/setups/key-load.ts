import type { Sha256 } from '../deps.ts'
import { type PromptsBrief, promptsBrief } from '../results/brief.ts'
import { canonical } from './canonical.ts'
import type { TaskKey } from './key-task.ts'
import { type Json, list, number, object, text } from './loose.ts'

/** How an engine was asked; null where the document does not say. */
export type LoadKey = {
  benchmark: string
  mode: string | null
  /** Of a sweep, the end of its curve. */
  point: string | null
  concurrency: number | null
  max_concurrency: number | null
  rate: number | null
  input_tokens: number | null
  output_tokens: number | null
  prompts: PromptsBrief | 'synthetic' | null
  endpoint: string | null
  streaming: boolean | null
  body: unknown
  omitted: string[] | null
  /** `cold`: every prompt differs from its first word on; `warm`: prompts repeat. */
  cache: 'cold' | 'warm' | null
  seed: 'random' | 'given' | null
  warmup: number | null
  requests: number | null
  seconds: number | null
  objectives: unknown
  /** Of arrivals at random that are more or less even than those of Poisson; of files of other tools alone. */
  burstiness?: number
  /** Of an eval alone. */
  task?: TaskKey
}

/** The benchmarks of KITT that send requests one at a time. */
const SYNCHRONOUS = new Set(['latency', 'memory_usage'])

/** The options of a document; null if it does not hold the load. */
export function optionsOf(document: Json): Json | null {
  const options = object(object(document['config'])['options'])
  const isKnown =
    number(options['output_tokens']) !== null &&
    (number(options['input_tokens']) !== null || options['prompts'] !== undefined)
  return isKnown ? options : null
}

const UNKNOWN: Omit<LoadKey, 'benchmark' | 'point' | 'mode' | 'burstiness' | 'task'> = {
  ...{ concurrency: null, max_concurrency: null, rate: null, input_tokens: null, output_tokens: null },
  ...{ prompts: null, endpoint: null, streaming: null, body: null, omitted: null, cache: null, seed: null },
  ...{ warmup: null, requests: null, seconds: null, objectives: null },
}

/**
 * The load of a benchmark.
 * @param options those of its document; null if unknown
 * @param mode as the benchmark itself tells it
 * @param point the end of a sweep
 */
export function loadKey(
  benchmark: string,
  options: Json | null,
  mode: string | null,
  point: string | null,
  seed: 'random' | 'given',
  sha256: Sha256,
): LoadKey {
  if (options === null) return { benchmark, mode, point, ...UNKNOWN }
  const prompts = promptsOf(options['prompts'], sha256)
  const omitted = list(options['omit']).filter((one): one is string => typeof one === 'string')
  return {
    benchmark,
    point,
    ...arrivals(benchmark, options, mode, point),
    input_tokens: prompts === 'synthetic' ? number(options['input_tokens']) : null,
    output_tokens: number(options['output_tokens']),
    prompts,
    endpoint: text(options['endpoint']) ?? 'chat',
    streaming: !omitted.includes('stream') && object(options['extra_body'])['stream'] !== false,
    body: short(object(options['extra_body']), sha256),
    omitted: omitted.map((one) => one.slice(0, 200).toWellFormed()).sort(),
    cache: prompts === 'synthetic' ? 'cold' : 'warm',
    seed,
    warmup: number(options['warmup']) ?? 0,
    requests: number(options['requests']),
    seconds: number(options['seconds']),
    objectives: short(object(options['slo']), sha256),
  }
}

function arrivals(benchmark: string, options: Json, told: string | null, point: string | null) {
  const most = number(options['max_concurrency'])
  const inFlight = Math.min(number(options['concurrency']) ?? 1, number(options['requests']) ?? 4096)
  const mode = told ?? text(benchmark === 'load' ? (options['mode'] ?? 'concurrent') : null) ?? 'concurrent'
  const closed = { mode, max_concurrency: null, rate: null }
  if (SYNCHRONOUS.has(benchmark)) return { ...closed, mode: 'synchronous', concurrency: 1 }
  if (mode === 'synchronous' || point === 'synchronous') return { ...closed, concurrency: 1 }
  if (mode === 'throughput' || point === 'throughput') return { ...closed, concurrency: most }
  if (mode === 'constant' || mode === 'poisson')
    return { mode, concurrency: null, max_concurrency: most, rate: number(options['rate']) }
  return { ...closed, concurrency: inFlight }
}

function promptsOf(given: unknown, sha256: Sha256): PromptsBrief | 'synthetic' {
  if (Array.isArray(given)) return promptsBrief(given, sha256)
  const { count, digest } = object(given)
  return typeof count === 'number' && typeof digest === 'string' ? { count, digest } : 'synthetic'
}

/** The most characters of a member in a key; a longer one is its digest. */
const MEMBER_MAX = 1000
const MEMBERS = 50

/** The members of an object; null without any. */
function short(given: Json, sha256: Sha256): Json | null {
  const members = Object.entries(given).slice(0, MEMBERS)
  if (members.length === 0) return null
  return Object.fromEntries(
    members.map(([name, value]) => {
      const json = canonical(value)
      const key = name.slice(0, 200).toWellFormed()
      return [key, json.length > MEMBER_MAX ? `sha256:${sha256(json.slice(0, MEMBER_MAX))}` : value]
    }),
  )
}

/** Whether requests come at a rate that was asked for, whatever the engine does. */
export const isOpenLoop = ({ mode }: { mode?: string | null }): boolean =>
  mode === 'constant' || mode === 'poisson'
