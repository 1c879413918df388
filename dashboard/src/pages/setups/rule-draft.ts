import type { Rule } from '../../api/setups.ts'

/** A rule as it is typed: percents and minutes as texts. */
export type RuleDraft = {
  enabled: boolean
  watch: { name: string; delta: string; margin: string }[]
  runs: string
  minutes: string
  control: boolean
}

/** Without the noise of binary fractions: 0.07 is `7`. */
const percent = (share: number) => String(Number((share * 100).toFixed(4)))

export const draftOf = ({ enabled, watch, confirm }: Rule): RuleDraft => ({
  enabled,
  watch: Object.entries(watch).map(([name, { delta, margin }]) => ({
    ...{ name, delta: percent(delta), margin: percent(margin) },
  })),
  runs: String(confirm.runs),
  minutes: String(confirm.spread_s / 60),
  control: confirm.control,
})

/** The rule that was typed; undefined while a number is missing or out of its range. */
export function ruleOf({ enabled, watch, runs, minutes, control }: RuleDraft): Rule | undefined {
  const shares = watch.map(({ name, delta, margin }) => ({
    ...{ name, delta: shareOf(delta), margin: shareOf(margin) },
  }))
  const [n, spread_s] = [numberOf(runs), Math.round(numberOf(minutes) * 60)]
  const sound = shares.every(({ delta, margin }) => [delta, margin].every((one) => one > 0 && one <= 1))
  if (!sound || !Number.isInteger(n) || n < 0 || n > 5 || !(spread_s >= 0 && spread_s <= 86_400))
    return undefined
  return {
    enabled,
    watch: Object.fromEntries(shares.map(({ name, ...one }) => [name, one])),
    confirm: { runs: n, spread_s, control },
  }
}

const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))
/** A share from percents, without the noise of the division. */
const shareOf = (text: string) => Number((numberOf(text) / 100).toFixed(6))
