import { constantArrivals, type LoadPlan, poissonArrivals } from '../load/load.ts'
import type { LoadMode, ResolvedOptions } from '../options.ts'

/** A mode with one window; a sweep has several. */
export type SingleMode = Exclude<LoadMode, 'sweep'>

/** The maximum of requests in flight with these options. */
export function maxInFlight({ mode, concurrency, max_concurrency, requests }: ResolvedOptions): number {
  const ceiling = mode === undefined || mode === 'concurrent' ? (concurrency ?? 1) : max_concurrency
  const most = mode === 'synchronous' ? 1 : ceiling
  return Math.min(most, requests ?? most)
}

export function planOf(mode: SingleMode, options: ResolvedOptions, seed: number): LoadPlan {
  const { rate, max_concurrency: ceiling } = options
  if (mode === 'synchronous') return { loop: 'closed', concurrency: 1 }
  if (mode === 'throughput') return { loop: 'closed', concurrency: ceiling }
  if (mode === 'concurrent') return { loop: 'closed', concurrency: options.concurrency ?? 1 }
  if (rate === undefined) throw new Error(`The mode ${mode} needs a rate in requests per second.`)
  const arrivals = mode === 'constant' ? constantArrivals(rate) : poissonArrivals(rate, seed)
  return { loop: 'open', arrivals, ceiling }
}
