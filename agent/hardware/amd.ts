import { type Env, exec } from '../exec.ts'
import { type Gpu, type GpuReading, numberOf, rounded } from './gpu.ts'

const TIMEOUT_MS = 15_000
const GIB = 2 ** 30

type Card = Map<string, string>

/** The cards of `rocm-smi --json`, in their order. The spelling of its keys differs from version to version. */
function cards(json: string): { cards: Card[]; system: Card } {
  let value: unknown
  try {
    // Some versions print a warning first.
    value = JSON.parse(json.slice(Math.max(0, json.indexOf('{'))))
  } catch {
    return { cards: [], system: new Map() }
  }
  const parts = Object.entries((value ?? {}) as Record<string, Record<string, unknown>>)
  const read = (fields: Record<string, unknown>): Card =>
    new Map(Object.entries(fields ?? {}).map(([key, field]) => [key.toLowerCase(), String(field)]))
  const number = (name: string) => Number(name.replace(/^card/, ''))
  return {
    cards: parts
      .filter(([name]) => /^card\d+$/.test(name))
      .sort(([a], [b]) => number(a) - number(b))
      .map(([, fields]) => read(fields)),
    system: read(parts.find(([name]) => name === 'system')?.[1] ?? {}),
  }
}

const told = (text: string | undefined) =>
  text === undefined || /^(n\/a|none|unknown)?$/i.test(text) ? null : text

export function parseAmd(json: string): { gpus: Gpu[]; driver_version: string | null } {
  const found = cards(json)
  const gpus = found.cards.map((card): Gpu => {
    const bytes = numberOf(card.get('vram total memory (b)'))
    const name =
      told(card.get('card series')) ?? told(card.get('device name')) ?? told(card.get('card model'))
    return {
      vendor: 'amd',
      name: name ?? 'AMD GPU',
      uuid: told(card.get('unique id')),
      memory_gb: bytes === null ? null : rounded(bytes / GIB),
      unified_memory: false,
    }
  })
  return { gpus, driver_version: told(found.system.get('driver version')) }
}

export function parseAmdReadings(json: string): GpuReading[] {
  return cards(json).cards.map((card) => {
    const used = numberOf(card.get('vram total used memory (b)'))
    const utilization_pct = numberOf(card.get('gpu use (%)'))
    return { memory_used_gb: used === null ? null : used / GIB, utilization_pct, throttle_reasons: [] }
  })
}

/** AMD GPUs, none without `rocm-smi`. */
export async function detectAmd(env: Env, rocmVersion: string | null) {
  const show = [
    '--showproductname',
    '--showuniqueid',
    '--showmeminfo',
    'vram',
    '--showdriverversion',
    '--json',
  ]
  const { code, stdout } = await exec('rocm-smi', show, { env, timeoutMs: TIMEOUT_MS })
  const report = code === 0 ? parseAmd(stdout) : null
  return report && report.gpus.length > 0
    ? { ...report, cuda_version: null, rocm_version: rocmVersion }
    : null
}

/** Reads AMD GPUs. `rocm-smi` tells no reasons for throttling. */
export const amdReader = (env: Env) => async (): Promise<GpuReading[]> => {
  const show = ['--showmeminfo', 'vram', '--showuse', '--json']
  const { code, stdout } = await exec('rocm-smi', show, { env, timeoutMs: TIMEOUT_MS })
  return code === 0 ? parseAmdReadings(stdout) : []
}
