import type { GpuSample, GpuSampler } from '../bench/gpu/gpu.ts'
import { createTicks } from '../bench/gpu/ticks.ts'
import type { Env } from '../exec.ts'
import type { GpuReading } from './gpu.ts'
import { type Ended, followRows } from './nvidia-follow.ts'
import { READ_FIELDS, readingOf } from './nvidia-read.ts'
import { findingsOf, isLost, type Row } from './nvidia-smi.ts'

const INTERVAL_MS = 1000
/** A process without output for this long hangs. */
const SILENT_MS = 10_000
/** A process that ran this long is restarted at once. */
const LIVED_MS = 10_000
const BACK_OFF_MS = 1000
const MAX_BACK_OFF_MS = 30_000
/** A hung process may survive KILL, so their number is limited. */
const MAX_HUNG = 3

export type WatchOptions = {
  env: Env
  /** Picks the watched GPUs from a reading of all. */
  pick(readings: GpuReading[]): GpuSample[]
  /** Sentences that apply to every reading. */
  notes?: string[]
  /** Shorter times for tests, ms. */
  times?: Partial<{ silent: number; backOff: number }>
}

/**
 * Samples NVIDIA GPUs once a second with one long-lived nvidia-smi, so that no process starts during a measurement.
 * It is restarted with a growing delay when it ends.
 */
export function watchNvidia({ env, pick, notes = [], times = {} }: WatchOptions): GpuSampler {
  const ticks = createTicks(INTERVAL_MS)
  const findings = new Set<string>()
  const silentMs = times.silent ?? SILENT_MS
  let fields: string[] = [...READ_FIELDS]
  let running: { kill(): void } | null = null
  let timer: NodeJS.Timeout | undefined
  let [failures, hung] = [0, 0]
  let closed = false

  const note = (message: string) => findings.size < 10 && findings.add(message)
  const messages = (code: number | null, lines: string[]) => {
    for (const { message } of findingsOf(code, lines, silentMs)) note(message)
  }
  const rows = (all: Row[]) => {
    for (const row of all.filter(isLost)) note(`GPU ${row['index']} is lost.`)
    ticks.publish(pick(all.map(readingOf)))
  }
  const ended = ({ how, code, lines, known, lived_ms }: Ended) => {
    running = null
    if (closed) return
    if (known) fields = known
    else if (how === 'not started') note('nvidia-smi cannot be started.')
    else if (how === 'hung' || code !== null) messages(code, lines)
    hung += how === 'hung' ? 1 : 0
    if (how === 'not started' || hung >= MAX_HUNG) return ticks.end()
    failures = known || lived_ms >= LIVED_MS ? 0 : failures + 1
    const pause = (times.backOff ?? BACK_OFF_MS) * 2 ** (failures - 1)
    timer = setTimeout(start, known ? 0 : Math.min(MAX_BACK_OFF_MS, pause)).unref()
  }
  const start = () => {
    if (!closed)
      running = followRows({ env, fields, intervalMs: INTERVAL_MS, silentMs, rows, messages, ended })
  }
  const close = () => {
    closed = true
    clearTimeout(timer)
    running?.kill()
    process.off('exit', close)
    ticks.end()
  }
  process.once('exit', close)
  return {
    interval_ms: INTERVAL_MS,
    ready: ticks.ready,
    subscribe(take) {
      if (running === null && timer === undefined) start()
      return ticks.subscribe(take)
    },
    findings: () => [...notes, ...findings],
    close,
  }
}
