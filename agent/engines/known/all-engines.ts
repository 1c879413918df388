import type { Engine } from '../engine.ts'
import { exllamav2 } from './exllamav2.ts'
import { llamaCpp } from './llama-cpp.ts'
import { mlx } from './mlx.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { sglang } from './sglang.ts'
import { vllm } from './vllm.ts'

/** Every engine this agent can run. */
export const ALL_ENGINES: readonly Engine[] = [vllm, llamaCpp, ollama, sglang, exllamav2, mlx, openai]

/** @throws when there is no such engine */
export function engineByName(name: string): Engine {
  const engine = ALL_ENGINES.find((one) => one.name === name)
  if (engine) return engine
  if (name === 'simulated') throw new Error('The simulated engine runs on virtual agents only.')
  const known = ALL_ENGINES.map((one) => one.name).join(', ')
  throw new Error(`This agent does not know the engine ${name.slice(0, 100)}, only ${known}.`)
}
