import { logsOf, sampleOf } from './logs.ts'
import { ratioInterval } from './welch.ts'

export type OverSetups = { ratio: number; ci95: [number, number] | null; setups: number }

/**
 * The geometric mean of the ratios of several setups, with its 95 % t interval over setups; null without ratios. A single
 * setup has no interval.
 */
export function overSetups(ratios: readonly number[]): OverSetups | null {
  const logs = logsOf(ratios)
  if (logs.length === 0) return null
  const { n, mean, sd, df } = sampleOf(logs)
  const ci95 = n > 1 ? ratioInterval({ d: mean, se: sd / Math.sqrt(n), df }, 0.95) : null
  return { ratio: Math.exp(mean), ci95, setups: n }
}
