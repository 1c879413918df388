import { constantArrivals, poissonArrivals } from '../load/arrivals.ts'
import type { LoadPlan } from '../load/load.ts'
import type { LoadMode, ResolvedOptions } from '../options.ts'

/** A mode that is one window; a sweep is several of them. */
export type SingleMode = Exclude<LoadMode, 'sweep'>

/** The most requests that a suite with these options has in flight. */
export function mostInFlight({ mode, concurrency, max_concurrency, requests }: ResolvedOptions): number {
  const ceiling = mode === undefined || mode === 'concurrent' ? (concurrency ?? 1) : max_concurrency
  const most = mode === 'synchronous' ? 1 : ceiling
  return Math.min(most, requests ?? most)
}

/** The plan of a load mode. */
export function planOf(mode: SingleMode, options: ResolvedOptions, seed: number): LoadPlan {
  const { rate, max_concurrency: ceiling } = options
  if (mode === 'synchronous') return { loop: 'closed', concurrency: 1 }
  if (mode === 'throughput') return { loop: 'closed', concurrency: ceiling }
  if (mode === 'concurrent') return { loop: 'closed', concurrency: options.concurrency ?? 1 }
  if (rate === undefined) throw new Error(`The mode ${mode} needs a rate in requests per second.`)
  const arrivals = mode === 'constant' ? constantArrivals(rate) : poissonArrivals(rate, seed)
  return { loop: 'open', arrivals, ceiling }
}
