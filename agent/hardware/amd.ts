import { type Env, exec } from '../exec.ts'
import { type Gpu, type GpuFinding, type GpuReading, numberOf, reading, rounded } from './gpu.ts'

const TIMEOUT_MS = 15_000
const GIB = 2 ** 30

type Card = Map<string, string>

/** The cards of `rocm-smi --json`, in order, with keys in lower case: their spelling differs between versions. */
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

const known = (text: string | undefined) =>
  text === undefined || /^(n\/a|none|unknown)?$/i.test(text) ? null : text

export function parseAmd(json: string): { gpus: Gpu[]; driver_version: string | null } {
  const found = cards(json)
  const gpus = found.cards.map((card, index): Gpu => {
    const bytes = numberOf(card.get('vram total memory (b)'))
    const name =
      known(card.get('card series')) ?? known(card.get('device name')) ?? known(card.get('card model'))
    return {
      vendor: 'amd',
      index,
      name: name ?? 'AMD GPU',
      uuid: known(card.get('unique id')),
      memory_gb: bytes === null ? null : rounded(bytes / GIB),
      unified_memory: false,
      power_limit_w: numberOf(card.get('max graphics package power (w)')),
    }
  })
  return { gpus, driver_version: known(found.system.get('driver version')) }
}

/** `(1200Mhz)` */
const mhz = (text: string | undefined) => numberOf(/(\d+)\s*mhz/i.exec(text ?? '')?.[1])

/** The highest temperature: the names of sensors differ between cards. */
function hottest(card: Card): number | null {
  const sensors = ['junction', 'edge', 'memory'].map((name) => card.get(`temperature (sensor ${name}) (c)`))
  const values = sensors.map(numberOf).filter((value) => value !== null)
  return values.length > 0 ? Math.max(...values) : null
}

export function parseAmdReadings(json: string): GpuReading[] {
  return cards(json).cards.map((card, index) => {
    const used = numberOf(card.get('vram total used memory (b)'))
    const uj = numberOf(card.get('accumulated energy (uj)'))
    const power = ['average graphics package power (w)', 'current socket graphics package power (w)']
    return reading(index, {
      memory_used_gb: used === null ? null : used / GIB,
      utilization_pct: numberOf(card.get('gpu use (%)')),
      power_w: numberOf(power.map((name) => card.get(name)).find((text) => numberOf(text) !== null)),
      sm_clock_mhz: mhz(card.get('sclk clock speed:')),
      memory_clock_mhz: mhz(card.get('mclk clock speed:')),
      temperature_c: hottest(card),
      energy_j: uj === null ? null : uj / 1e6,
    })
  })
}

/** AMD GPUs with their ids; null without `rocm-smi` or a card. Its output is used whatever its exit code. */
export async function detectAmd(env: Env, rocmVersion: string | null, timeoutMs = TIMEOUT_MS) {
  const show = ['--showproductname', '--showuniqueid', '--showmeminfo', 'vram', '--showdriverversion']
  const ran = await exec('rocm-smi', [...show, '--showmaxpower', '--json'], { env, timeoutMs })
  if (ran.missing) return null
  const report = parseAmd(ran.stdout)
  const gpu_findings = ran.code === 0 ? [] : [failureOf(ran.code, timeoutMs)]
  if (report.gpus.length + gpu_findings.length === 0) return null
  const ids = report.gpus.map(({ uuid }) => uuid).filter((uuid) => uuid !== null)
  const complete = ran.code === 0 && ids.length === report.gpus.length
  return { ...report, cuda_version: null, rocm_version: rocmVersion, gpu_findings, ids, complete }
}

const failureOf = (code: number | null, timeoutMs: number): GpuFinding =>
  code === null
    ? { code: 'tool_hangs', message: `rocm-smi did not answer within ${timeoutMs / 1000} s and was ended.` }
    : { code: 'tool_failed', message: `rocm-smi exited with ${code}.` }

const SHOWN = ['--showmeminfo', 'vram', '--showuse', '--showpower', '--showclocks', '--showtemp']

/** Reads AMD GPUs once. `rocm-smi` reports no throttle reasons, and fails on cards without an energy counter. */
export async function readAmd(env: Env): Promise<GpuReading[]> {
  const ask = async (more: string[]) => {
    const ran = await exec('rocm-smi', [...SHOWN, ...more, '--json'], { env, timeoutMs: TIMEOUT_MS })
    return parseAmdReadings(ran.stdout)
  }
  const all = await ask(['--showenergycounter'])
  return all.length > 0 ? all : ask([])
}
