import type { Measured } from './_documents.ts'
import { HOSTS } from './_hosts.ts'

export const MODELS = {
  qwen: 'Qwen/Qwen2.5-7B-Instruct',
  llama: 'meta-llama/Llama-3.1-8B-Instruct',
  gemma: 'google/gemma-2-9b-it',
  mistral: 'mistralai/Mistral-Small-24B-Instruct-2501',
  deepseek: 'deepseek-ai/DeepSeek-R1-Distill-Qwen-32B',
  small: 'Qwen/Qwen2.5-1.5B-Instruct',
  gguf: 'bartowski/Qwen2.5-7B-Instruct-GGUF',
} as const

/** Tokens a second for one user of a 7B model: what the memory of these GPUs gives. */
const ALONE: Record<string, number> = { 'h100-a': 172, 'l40s-b': 51, spark: 16.4, 'rtx-4090': 59 }
/** Against that of a 7B model in 16 bits. */
const OF_MODEL: Record<string, number> = {
  ...{ [MODELS.qwen]: 1, [MODELS.llama]: 0.95, [MODELS.gemma]: 0.81 },
  ...{ [MODELS.mistral]: 0.31, [MODELS.deepseek]: 0.23, [MODELS.gguf]: 2.6, [MODELS.small]: 3.4 },
}
/** For one user, and how many users at once halve that. */
const OF_ENGINE: Record<string, { factor: number; knee: number }> = {
  vllm: { factor: 1, knee: 48 },
  sglang: { factor: 1.04, knee: 54 },
  llama_cpp: { factor: 0.88, knee: 9 },
}

export type Setup = { host: string; model: string; engine: string; concurrency: number }

/** The version of an engine that the lab has, `late` in its two months: the update of vLLM made it slower. */
export const versionOf = (engine: string, late: boolean): string =>
  ({ vllm: late ? '0.11.2' : '0.11.0', sglang: '0.5.6', llama_cpp: 'b4561' })[engine] ?? ''

const SLOWER = 0.86
const UNKNOWN_SPEED = 40

/** What a host measures of a model on an engine: the same setup gives the same within a few percent. */
export function measuredBy(
  setup: Setup,
  when: { at: number; late: boolean },
  random: () => number,
): Measured {
  const { host, model, engine, concurrency } = setup
  const { factor, knee } = OF_ENGINE[engine] ?? { factor: 1, knee: 48 }
  const regression = engine === 'vllm' && when.late ? SLOWER : 1
  const speed = (ALONE[host] ?? UNKNOWN_SPEED) * (OF_MODEL[model] ?? 0.9) * factor * regression
  return {
    ...{ model, engine, engineVersion: versionOf(engine, when.late), at: when.at, concurrency, knee },
    gpu: HOSTS.find(({ name }) => name === host)?.gpu ?? { model: 'Simulated GPU', vram_gb: 0, count: 1 },
    speed: speed * (0.98 + random() * 0.04),
    requests: Math.max(100, concurrency * 8),
  }
}
