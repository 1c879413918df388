/** Power is not interpolated between readings more than this many intervals apart. */
const MAX_GAP = 5
/** Share of the window that readings must cover. */
const MIN_COVER = 0.8

export type EnergySource = 'counter' | 'power'

/** The energy of one GPU over a window. Times are ms, all of the same clock. */
export interface EnergyMeter {
  /** @param until the end of the window, for a reading after it */
  take(at: number, power_w: number | null, counter_j: number | null, until?: number): void
  /** J between the two times, from the counter or else from power; null with too few readings. */
  between(begin: number, end: number): { energy_j: number; source: EnergySource } | null
}

type Point = { at: number; value: number }

/** @param begin the start of the window; only the last reading before it counts */
export function createEnergyMeter(begin: number, intervalMs: number): EnergyMeter {
  const gap = MAX_GAP * intervalMs
  let joules = 0
  let covered = 0
  let last: Point | null = null
  let first: Point | null = null
  let counter: { from: Point; to: Point } | null = null
  const addEnergy = (from: number, to: number, watts: number) => {
    if (to <= from || to - from > gap) return
    joules += (watts * (to - from)) / 1000
    covered += to - from
  }
  const byCounter = (begun: number, end: number) => {
    const span = counter ? counter.to.at - counter.from.at : 0
    if (!counter || span < 2 * intervalMs || counter.to.value < counter.from.value) return null
    return ((counter.to.value - counter.from.value) * (end - begun)) / span
  }
  return {
    take(when, power_w, counter_j, until = when) {
      const at = Math.min(when, until)
      if (counter_j !== null) {
        const point = { at: when, value: counter_j }
        counter = counter && at > begin ? { ...counter, to: point } : { from: point, to: point }
      }
      if (power_w === null) return
      const point = { at, value: power_w }
      if (last) addEnergy(Math.max(begin, last.at), at, (last.value + power_w) / 2)
      else addEnergy(begin, at, power_w)
      last = point
      first ??= point
    },
    between(begun, end) {
      const counted = byCounter(begun, end)
      if (counted !== null) return { energy_j: counted, source: 'counter' }
      if (!last || !first || end <= begun) return null
      // Power is assumed constant after the last reading, and before a single one that came later.
      const tail = Math.max(0, end - Math.max(begun, last.at))
      const held = tail <= gap ? tail : 0
      if (first.at >= end) return { energy_j: (first.value * (end - begun)) / 1000, source: 'power' }
      if ((covered + held) / (end - begun) < MIN_COVER) return null
      return { energy_j: joules + (last.value * held) / 1000, source: 'power' }
    },
  }
}

/**
 * Joules per token and tokens per joule; null when either value is unknown or 0.
 * @example energyPerToken(1000, 500) // { joules_per_token: 2, tokens_per_joule: 0.5 }
 */
export function energyPerToken(
  energy_j: number | null | undefined,
  output_tokens: number | null | undefined,
) {
  const known = (energy_j ?? 0) > 0 && (output_tokens ?? 0) > 0
  return {
    joules_per_token: known ? energy_j! / output_tokens! : null,
    tokens_per_joule: known ? output_tokens! / energy_j! : null,
  }
}
