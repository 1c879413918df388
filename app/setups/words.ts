import { shownName } from '../shown-name.ts'
import type { HardwareKey } from './key-hardware.ts'
import type { LoadKey } from './key-load.ts'

/** The longest label, in characters. */
const LABEL_MAX = 300

/** Hardware in words: `2 × NVIDIA H100 80GB HBM3`. */
export function hardwareWords(key: HardwareKey): string {
  if (key.gpu_model != null)
    return (key.gpu_count ?? 1) === 1 ? key.gpu_model : `${key.gpu_count} × ${key.gpu_model}`
  if (key.address != null) return `engine at ${key.address}`
  if (key.cpu_model != null) return key.cores == null ? key.cpu_model : `${key.cpu_model}, ${key.cores} cores`
  return 'unknown hardware'
}

/** A load in words: `16 in flight, 128 → 128 tokens`. */
export function loadWords(key: LoadKey): string {
  if (key.task) return taskWords(key.task)
  if (key.output_tokens === null) return 'unknown load'
  const { prompts, input_tokens, output_tokens } = key
  const input =
    prompts === 'synthetic' || prompts === null ? `${input_tokens ?? '?'}` : `${prompts.count} prompts`
  const extras = [
    ...(key.endpoint !== null && key.endpoint !== 'chat' ? [key.endpoint] : []),
    ...(key.streaming === false ? ['not streamed'] : []),
    ...(key.body === null ? [] : ['own request fields']),
    ...(key.seed === 'given' ? ['fixed seed'] : []),
  ]
  return [arrivalWords(key), `${input} → ${output_tokens} tokens`, ...extras].join(', ')
}

function taskWords({ n_shot, questions }: NonNullable<LoadKey['task']>): string {
  const asked = questions === null ? 'questions' : `${questions} questions`
  return n_shot === null ? asked : `${asked}, ${n_shot} examples`
}

function arrivalWords({ mode, point, concurrency, rate, burstiness }: LoadKey): string {
  const sweep = point === null ? '' : 'sweep, '
  const bursts = burstiness === undefined ? '' : ` with burstiness ${burstiness}`
  if (rate !== null) return `${rate} requests/s${mode === 'poisson' ? ` at random${bursts}` : ''}`
  if (concurrency === 1) return `${sweep}one at a time`
  if (mode === 'throughput' || point === 'throughput') return `${sweep}as many as possible`
  return concurrency === null ? 'unknown concurrency' : `${sweep}${concurrency} in flight`
}

/** What a setup is called in lists. */
export const labelOf = (model: string, engine: string, hardware: string, benchmark: string, load: string) =>
  [model, engine, hardware, `${benchmark}: ${load}`].map(shownName).join(' · ').slice(0, LABEL_MAX)
