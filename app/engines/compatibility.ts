import { VIRTUAL } from '../agents/schema.ts'
import { detectFormats } from '../models/formats.ts'
import { ENGINES, type EngineMode, type EngineName, ImageArch } from './registry.ts'

export type Accepted = { ok: true } | { ok: false; reason: string }
export type Compatible = { compatible: true } | { compatible: false; reason: string }

/** What compatibility depends on; what an agent did not report is null or missing. */
export type AgentMachine = {
  cpu_arch?: string | null | undefined
  environment_type?: string | null | undefined
  tags: readonly string[]
}

/** An architecture by its name in images: `aarch64` → `arm64`, `x86_64` → `amd64`; null if unknown. */
export function normalizeArch(arch: string | null | undefined): string | null {
  const name = arch?.trim().toLowerCase().replace('-', '_') ?? ''
  if (/^(aarch64|arm64e?|arm64_?v8|armv8.*)$/.test(name)) return 'arm64'
  if (/^(x86_64|x64|amd64)$/.test(name)) return 'amd64'
  return name === '' || name === 'unknown' ? null : name
}

/**
 * Whether an engine loads a model, by its file's ending and the formats in its manifest. Unknown formats are
 * accepted: the engine will report an error.
 *
 * @example engineAccepts('vllm', [], '/models/llama.gguf') // { ok: false, reason: 'vllm loads safetensors, …' }
 */
export function engineAccepts(engine: EngineName, formats: readonly string[], modelPath: string): Accepted {
  const known = detectFormats({ path: modelPath, declared: formats })
  const loads = ENGINES[engine].formats
  if (known.includes('unknown') || known.some((format) => loads.includes(format))) return { ok: true }
  return { ok: false, reason: `${engine} loads ${spoken(loads)}, but this model is ${spoken(known)}.` }
}

/**
 * Whether an agent's machine can run an engine. An unknown architecture is accepted.
 *
 * @param mode the engine's default unless given; only `docker` needs an image for the machine
 */
export function agentCanRun(engine: EngineName, agent: AgentMachine, mode?: EngineMode): Compatible {
  const reason = obstacle(engine, agent, mode ?? ENGINES[engine].default_mode)
  return reason === null ? { compatible: true } : { compatible: false, reason }
}

function obstacle(engine: EngineName, agent: AgentMachine, mode: EngineMode): string | null {
  const virtual = agent.tags.includes(VIRTUAL)
  if (virtual !== (engine === 'simulated')) {
    return virtual
      ? 'A virtual agent runs the simulated engine only.'
      : 'The simulated engine runs on virtual agents only.'
  }
  const { modes, image, image_archs } = ENGINES[engine]
  if (!modes.includes(mode)) return `${engine} has no ${mode} mode, only ${spoken(modes)}.`
  if (engine === 'mlx' && !isAppleSilicon(agent)) return 'mlx runs on Apple silicon under macOS only.'
  const arch = normalizeArch(agent.cpu_arch)
  const missing =
    mode === 'docker' && image !== null && arch !== null && !image_archs.some((one) => one === arch)
  return missing
    ? `The ${engine} image (${image}) does not exist for ${arch}, only for ${spoken(image_archs)}.`
    : null
}

function isAppleSilicon({ cpu_arch, environment_type }: AgentMachine): boolean {
  const isMac = /darwin|mac_?os/i.test(environment_type ?? '')
  return isMac && normalizeArch(cpu_arch) === ImageArch.enum.arm64
}

const spoken = (names: readonly string[]) =>
  names
    .map((name) => name.replace('_', ' '))
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')
