import { isObject, type Json } from './values.ts'

/** The metrics of a single request that are used; the others would fill the memory of a large file. */
const USED = new Set([
  'time_to_first_token',
  'ttft',
  'inter_token_latency',
  'inter_chunk_latency',
  'request_latency',
  'input_sequence_length',
  'output_sequence_length',
])

/** Whether a value is the record of a single request of AIPerf. */
export const isAiperfRecord = (value: unknown): value is { metadata: Json; metrics: Json; error?: unknown } =>
  isObject(value) &&
  isObject(value['metadata']) &&
  'request_start_ns' in value['metadata'] &&
  isObject(value['metrics'])

/** Any value; of a record of AIPerf what is used. */
export function trimmed(value: unknown): unknown {
  if (!isAiperfRecord(value)) return value
  const { metadata, metrics, error } = value
  const { request_start_ns, request_end_ns, benchmark_phase, was_cancelled } = metadata
  return {
    metadata: { request_start_ns, request_end_ns, benchmark_phase, was_cancelled },
    metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => USED.has(name))),
    error,
  }
}
