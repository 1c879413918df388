import type { Bench } from './bench.ts'

/** The result of a scenario. `value` is compared with its target; the rest is shown. */
export type Measured = {
  value: number
  rps?: number
  /** Latency in milliseconds. */
  p50?: number
  p99?: number
  /** Resident memory of the server at the end, in MB. */
  memory_mb?: number
  /** Answers that were not 2xx, events lost, subscribers not served: must be 0. */
  failed?: number
}

/** A load on the server, and its target on two cores. */
export type Scenario = {
  name: string
  /** The unit of `value`: a ratio to a baseline, or a quantity. */
  unit: string
  target: { atLeast: number } | { atMost: number }
  /** What was measured, of one thing or of several. */
  run(bench: Bench): Promise<Measured | Part[]>
}

/** One of several things that a scenario measures, with a target of its own. */
export type Part = Measured & Pick<Scenario, 'name' | 'target'> & Partial<Pick<Scenario, 'unit'>>

export const reached = ({ target }: Pick<Scenario, 'target'>, { value, failed = 0 }: Measured): boolean =>
  failed === 0 && ('atLeast' in target ? value >= target.atLeast : value <= target.atMost)

export const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Measures both in turn, under the same conditions. @returns the median of ours / theirs */
export async function alternate(
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
  rounds = 5,
): Promise<number> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const baseline = await theirs()
    ratios.push((await ours()) / baseline)
  }
  return median(ratios)
}
