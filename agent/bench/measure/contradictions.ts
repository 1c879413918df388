import { fixed, formatNumber, plural } from '../../../lib/format-number.ts'
import type { EngineMetrics } from '../engine-metrics/watch.ts'
import type { WindowMetrics } from './window.ts'

const MAX_DIFFERENCE_PCT = 5

type Window = Pick<WindowMetrics, 'output_tokens' | 'input_tokens' | 'failed_requests'>

/**
 * Differences between the engine's and the client's counts of the same requests, as sentences; empty when they agree or
 * are unknown.
 */
export function contradictions(engine: EngineMetrics | null, window: Window): string[] {
  if (engine === null) return []
  if (engine.restarted)
    return [
      'The counters of the engine fell during the window: it was restarted, or several engines answer at its address.',
    ]
  // SGLang reports the state of its last batch, even long after it.
  const others = engine.source === 'sglang' ? 0 : (engine.running_before ?? 0)
  if (others > 0)
    return [
      `The engine worked on ${plural(others, 'other request')} when the load began: its numbers are not only of this run.`,
    ]
  return [
    ...differ('output', engine.output_tokens, window.output_tokens, window.failed_requests > 0),
    ...differ('prompt', promptTokens(engine), window.input_tokens, window.failed_requests > 0),
  ]
}

/** Not comparable when llama.cpp does not report its cached tokens: its count excludes them. */
const promptTokens = ({ source, prompt_tokens, prefix_cache_hit_pct }: EngineMetrics) =>
  source === 'llama_cpp' && prefix_cache_hit_pct === null ? null : prompt_tokens

/** @param open requests failed: the engine may have counted tokens that the client did not */
function differ(kind: string, engine: number | null, client: number | null, open: boolean): string[] {
  if (engine === null || client === null || (engine === 0 && client === 0)) return []
  if (open && engine > client) return []
  const pct = (Math.abs(engine - client) / Math.max(1, client)) * 100
  if (pct <= MAX_DIFFERENCE_PCT) return []
  const way = engine > client ? 'more' : 'fewer'
  return [
    `The engine counted ${formatNumber(engine)} ${kind} tokens and the client ${formatNumber(client)}: ${fixed(pct, 1)} % ${way}.`,
  ]
}
