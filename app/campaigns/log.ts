import type { WriteTx } from '../../db/writer.ts'
import { formatNumber, plural } from '../../lib/format-number.ts'
import { benchmarkWords, loadWords } from '../../lib/load-words.ts'
import { own } from '../../lib/own.ts'
import { ENGINES } from '../engines/registry.ts'
import { log } from '../quicktests/events.ts'
import type { CellSpec } from './matrix.ts'
import type { Counters } from './schema.ts'

/** Writes a line into a campaign's log. */
export function logCampaign(tx: WriteTx, campaign_id: string, line: string, at: number): void {
  tx.emit(log.row({ line: oneLine(line, 1000), campaign_id }, { source_id: campaign_id, at }))
}

/** Text on one line of at most `max` characters. */
export function oneLine(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}

/**
 * A run in the log: `[3/12] qwen2.5-7b · vllm · load, concurrency 4`, with the mode if it is not the engine's default.
 * @param options its own benchmark options, if it has some
 */
export function runLabel(
  { model, engine, mode, benchmark }: CellSpec,
  idx: number,
  total: number,
  options: Readonly<Record<string, unknown>> = {},
): string {
  const usual = own<{ default_mode: string }>(ENGINES, engine)?.default_mode === mode
  return `[${idx + 1}/${total}] ${model} · ${usual ? engine : `${engine} (${mode})`} · ${benchmarkWords(benchmark, oneLine(loadWords(options), 100))}`
}

/** The outcome of a campaign: `10 of 12 runs succeeded, 1 failed, 1 skipped`. */
export function summary({ total_runs, succeeded, ...others }: Counters): string {
  const rest = (['failed', 'skipped', 'cancelled'] as const)
    .filter((key) => others[key] > 0)
    .map((key) => `, ${formatNumber(others[key])} ${key}`)
  return `${formatNumber(succeeded)} of ${plural(total_runs, 'run')} succeeded${rest.join('')}`
}

/** A duration: `1 h 23 min`, `4 min 10 s`, `0.8 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
