import type { Judgement } from '../schema.ts'
import { overSetups } from '../statistics/summary.ts'
import { percent, signed } from '../statistics/words.ts'
import type { Told } from './metrics.ts'

type Summary = Judgement['summary']

/** Metrics named in a sentence. */
const NAMED = 5

/** All verdicts as one: worse if any that counts is, then unclear, then better. */
export function summaryOf(told: readonly Told[]): Summary {
  const verdict = togetherOf(told)
  return { verdict, ratios: ratiosOf(told), text: textOf(told, verdict) }
}

function togetherOf(told: readonly Told[]): Summary['verdict'] {
  const counted = told.filter(({ counts }) => counts)
  const has = (verdict: Summary['verdict']) => counted.some((one) => one.verdict === verdict)
  if (has('worse')) return 'worse'
  if (counted.length === 0 || has('unclear')) return 'unclear'
  return has('better') ? 'better' : has('small') ? 'small' : 'same'
}

function ratiosOf(told: readonly Told[]): Summary['ratios'] {
  const primary = told.filter(({ role, ratio }) => role === 'primary' && ratio !== null)
  return [...new Set(primary.map(({ name }) => name))].flatMap((name) => {
    const ratios = primary.flatMap((one) => (one.name === name && one.ratio !== null ? [one.ratio] : []))
    const over = overSetups(ratios)
    return over ? [{ name, ...over }] : []
  })
}

function textOf(told: readonly Told[], verdict: Summary['verdict']): string {
  const counted = told.filter(({ counts }) => counts)
  if (counted.length === 0) return 'cannot tell: no metric that counts has valid runs in the base'
  const those = counted.filter((one) => one.verdict === verdict)
  if (verdict === 'unclear') return `cannot tell: ${list(those, ({ name }) => name)}`
  if (verdict === 'same') return `the same: ${list(those, ({ name }) => name)}`
  const words = verdict === 'small' ? 'small changes only' : verdict
  return `${words}: ${list(those, sized)}`
}

const sized = ({ name, ratio, points }: Told) =>
  points
    ? `${name} ${signed(points.change / 100, 'points')}`
    : ratio === null
      ? name
      : `${name} ${percent(ratio)}`

/** Each metric once; in several setups, with the number of them. */
function list(those: readonly Told[], of: (told: Told) => string): string {
  const names = those.map(of)
  const shown = [...new Set(names)].map((name) => {
    const n = names.filter((one) => one === name).length
    return n > 1 ? `${name} in ${n} setups` : name
  })
  const more = shown.length - NAMED
  return `${shown.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
