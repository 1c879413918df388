import { type Json, list, number, object } from './loose.ts'

/** Why statistics leave a run out. */
export const REASONS = [
  'failed',
  'interrupted',
  'error_rate',
  'client_bound',
  'throttled',
  'prefix_cache',
  'short_output',
  'rate_not_kept',
  'clock',
  'duplicate',
  'no_values',
] as const
export type Reason = (typeof REASONS)[number]

/** Warnings that leave a run out. */
const DOUBTS: readonly Reason[] = [
  'client_bound',
  'throttled',
  'prefix_cache',
  'short_output',
  'rate_not_kept',
]
/**
 * Doubts that tell runs of a setup apart, and are none where all have them: a rate that the engine never keeps, and the
 * tokens of a chat template, which begin every prompt and which engines such as llama-server take from their cache.
 */
export const SYSTEMATIC: readonly Reason[] = ['prefix_cache', 'rate_not_kept']

const ERROR_RATE_MAX = 0.05
/** A clock may differ this much from the server's, ms. */
const CLOCK_MAX_MS = 5 * 60_000

/** A load point of a benchmark over its repeats. */
export type MeasuredPoint = {
  benchmark: string
  /** As warnings name it. */
  point: string | null
  /** Whether each repeat passed; null where the document does not say. */
  passed: (boolean | null)[]
  windows: Json[]
  /** Its prompts repeat: the prefix cache is a part of what is measured. */
  isWarm: boolean
}

/** The reasons that a run itself has, without those that depend on its setup. */
export function reasonsOf(document: Json, measured: MeasuredPoint, clockOffsetMs: number | null): Reason[] {
  const { passed, windows, isWarm } = measured
  const warned = new Set(codesFor(document, measured))
  const errors = windows.map((window) => number(window['error_rate']) ?? 0)
  const hasFailed = passed.some((one) => one === false || (one === null && document['passed'] === false))
  const has: Partial<Record<Reason, boolean>> = {
    failed: hasFailed,
    interrupted: document['interrupted'] === true,
    error_rate: errors.some((rate) => rate > ERROR_RATE_MAX),
    clock: Math.abs(clockOffsetMs ?? 0) > CLOCK_MAX_MS,
  }
  for (const code of DOUBTS) has[code] = warned.has(code) && !(code === 'prefix_cache' && isWarm)
  return REASONS.filter((reason) => has[reason])
}

function codesFor(document: Json, { benchmark, point }: MeasuredPoint): unknown[] {
  return list(document['warnings']).flatMap((warning) => {
    const about = object(warning)
    const isOther = typeof about['benchmark'] === 'string' && about['benchmark'] !== benchmark
    const points = typeof about['point'] === 'string' ? about['point'].split(', ') : null
    const isElsewhere = point !== null && points !== null && !points.includes(point)
    return isOther || isElsewhere ? [] : [about['code']]
  })
}
