import { optionWords } from '../../../lib/load-words.ts'
import { own } from '../../../lib/own.ts'
import type { ResultView } from './result.ts'
import { optionsOf } from './setup.ts'

/** A fact about something, as text; undefined where it is not known. */
type FactOf<T> = (one: T) => string | undefined

/**
 * What to add to each label where several are the same: the first facts that tell those apart. Empty where a label
 * is alone, or where nothing differs.
 *
 * @param facts the most telling first
 */
export function toldApart<T>(
  list: readonly T[],
  labelOf: (one: T) => string,
  facts: readonly FactOf<T>[],
): string[] {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const label = labelOf(one)
    groups.set(label, [...(groups.get(label) ?? []), one])
  }
  const telling = new Map([...groups].map(([label, alike]) => [label, tellingFacts(alike, facts)]))
  return list.map((one) => textOf(one, telling.get(labelOf(one)) ?? []))
}

const textOf = <T>(one: T, facts: readonly FactOf<T>[]): string =>
  facts.flatMap((fact) => fact(one) ?? []).join(', ')

function tellingFacts<T>(alike: readonly T[], facts: readonly FactOf<T>[]): FactOf<T>[] {
  const chosen: FactOf<T>[] = []
  let apart = 1
  for (const fact of facts) {
    if (apart === alike.length) break
    const now = new Set(alike.map((one) => textOf(one, [...chosen, fact]))).size
    if (now > apart) chosen.push(fact)
    apart = Math.max(apart, now)
  }
  return chosen
}

/** Options in words, each on one line with its value: `concurrency 4, requests 20`; lists and objects are left out. */
export const optionsText = (options: Readonly<Record<string, unknown>>): string =>
  optionWords(options)
    .split(', ')
    .map((one) => one.replace(/ (?=\S+$)/, '\u00a0'))
    .join(', ')

/** The options that make the load, before all others. */
const FIRST = ['concurrency', 'rate', 'mode']

/** The facts about options by which several can be told apart. */
export function optionFacts<T>(
  list: readonly T[],
  of: (one: T) => Readonly<Record<string, unknown>>,
): FactOf<T>[] {
  const names = [...new Set([...FIRST, ...list.flatMap((one) => Object.keys(of(one)))])]
  return names.map((name) => (one: T) => optionsText({ [name]: own(of(one), name) }) || undefined)
}

/** What tells results of the same label apart: benchmark, options, version, hardware, agent. */
export function resultsApart(
  results: readonly ResultView[],
  labelOf: (result: ResultView) => string,
  agentName: (id: string | null) => string,
): string[] {
  const options = new Map(results.map((one) => [one, Object.fromEntries(optionsOf(one))]))
  return toldApart(results, labelOf, [
    ({ benchmarks }) => benchmarks.join(', ') || undefined,
    ...optionFacts(results, (one) => options.get(one) ?? {}),
    ({ engineVersion }) => engineVersion,
    ({ gpu }) => gpu,
    ({ agentId }) => (agentId === null ? undefined : agentName(agentId)),
    ({ suite }) => (suite === '' ? undefined : `${suite} suite`),
    ({ imported }) => imported && `imported from ${imported.tool}`,
  ])
}
