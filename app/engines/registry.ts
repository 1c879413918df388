import { z } from 'zod'
import { ModelFormat } from '../models/formats.ts'

export const EngineName = z.enum([
  'vllm',
  'llama_cpp',
  'ollama',
  'sglang',
  'exllamav2',
  'mlx',
  'openai',
  'simulated',
])
export type EngineName = z.infer<typeof EngineName>

/** `docker` and `native` are started by the agent, `endpoint` is a server that already runs. */
export const EngineMode = z.enum(['docker', 'native', 'endpoint'])
export type EngineMode = z.infer<typeof EngineMode>

/** CPU architectures, by the names container images use. */
export const ImageArch = z.enum(['amd64', 'arm64'])
export type ImageArch = z.infer<typeof ImageArch>

export const EngineSpec = z.object({
  formats: z.array(ModelFormat),
  modes: z.array(EngineMode),
  default_mode: EngineMode,
  /** The image of mode `docker`, null when there is none. */
  image: z.string().nullable(),
  /** The architectures that image exists for. */
  image_archs: z.array(ImageArch),
  /** The default port of its OpenAI-compatible server; null when it has none. */
  port: z.number().nullable(),
})
export type EngineSpec = z.infer<typeof EngineSpec>

const ANYWHERE: EngineMode[] = ['docker', 'native', 'endpoint']
const ANY_FORMAT = ModelFormat.options.filter((format) => format !== 'unknown')

/** The engines KITT knows: what each loads, how it is run, and where its image runs. */
export const ENGINES: Readonly<Record<EngineName, EngineSpec>> = {
  vllm: {
    formats: ['safetensors', 'pytorch'],
    modes: ANYWHERE,
    default_mode: 'docker',
    image: 'vllm/vllm-openai:latest',
    image_archs: ['amd64', 'arm64'],
    port: 8000,
  },
  // Both architectures since the builds of April 2026; an older tag pinned in a profile may be amd64 alone.
  llama_cpp: {
    formats: ['gguf'],
    modes: ANYWHERE,
    default_mode: 'docker',
    image: 'ghcr.io/ggml-org/llama.cpp:server-cuda',
    image_archs: ['amd64', 'arm64'],
    port: 8080,
  },
  ollama: {
    formats: ['gguf', 'registry_tag'],
    modes: ANYWHERE,
    default_mode: 'docker',
    image: 'ollama/ollama:latest',
    image_archs: ['amd64', 'arm64'],
    port: 11434,
  },
  // `latest` covers both architectures since 0.5.3; the `-cu…` tags before that were amd64 alone.
  sglang: {
    formats: ['safetensors'],
    modes: ANYWHERE,
    default_mode: 'docker',
    image: 'lmsysorg/sglang:latest',
    image_archs: ['amd64', 'arm64'],
    port: 30000,
  },
  // TabbyAPI is ExLlamaV2's server. Neither its image nor ExLlamaV2's wheels exist for arm64.
  exllamav2: {
    formats: ['gptq', 'exl2', 'gguf'],
    modes: ANYWHERE,
    default_mode: 'docker',
    image: 'ghcr.io/theroyallab/tabbyapi:latest',
    image_archs: ['amd64'],
    port: 5000,
  },
  mlx: {
    formats: ['mlx', 'safetensors'],
    modes: ['native'],
    default_mode: 'native',
    image: null,
    image_archs: [],
    port: 8080,
  },
  openai: {
    formats: ANY_FORMAT,
    modes: ['endpoint'],
    default_mode: 'endpoint',
    image: null,
    image_archs: [],
    port: null,
  },
  // Simulates any mode.
  simulated: {
    formats: ANY_FORMAT,
    modes: ANYWHERE,
    default_mode: 'docker',
    image: null,
    image_archs: [],
    port: null,
  },
}
