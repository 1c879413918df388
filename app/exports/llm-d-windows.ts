import { type Json, list, number, object, text } from '../setups/loose.ts'

/** It measures the engine before it has its speed. */
const NEVER = 'warmup_analysis'

/** A window of requests: a run of a benchmark, or a point of a sweep. */
export type Window = {
  benchmark: string
  run_number: number
  /** The place of a point in its sweep, from 0; null where there is no sweep. */
  stage: number | null
  metrics: Json
  /** When it began; null if unknown. */
  at: string | null
}

/** The windows of a document, of any shape. */
export function windowsOf(document: Json): Window[] {
  return list(document['results']).flatMap((item): Window[] => {
    const result = object(item)
    const benchmark = text(result['test_name']) ?? ''
    if (benchmark === NEVER) return []
    const metrics = object(result['metrics'])
    const at = text(result['timestamp'])
    const one = { benchmark, run_number: number(result['run_number']) ?? 1 }
    const curve = list(metrics['curve'])
    if (curve.length === 0) return [{ ...one, stage: null, metrics, at }]
    return curve.map((point, stage) => ({ ...one, stage, metrics: object(point), at: null }))
  })
}
