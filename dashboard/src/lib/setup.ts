import { asNumber, asObject, asText } from './loose.ts'
import type { ResultView } from './result.ts'

/** Chosen anew with every run: that it differs says nothing. */
const RANDOM = new Set(['seed'])

/** The options of a measurement, by which results differ that are else alike. */
export const optionsOf = ({ document }: ResultView): [name: string, value: unknown][] =>
  Object.entries(asObject(asObject(document['config'])['options'])).filter(([name]) => !RANDOM.has(name))

/** The load that was put on: `sweep, 16 at once, 4 requests/s, 256 + 128 tokens`; empty where nothing tells. */
export function loadOf(result: ResultView): string {
  const options = Object.fromEntries(optionsOf(result))
  const [mode, at, rate] = [
    asText(options['mode']),
    asNumber(options['concurrency']),
    asNumber(options['rate']),
  ]
  const [input, output] = [asNumber(options['input_tokens']), asNumber(options['output_tokens'])]
  return [
    mode,
    at === undefined ? undefined : `${at} at once`,
    rate === undefined ? undefined : `${rate} requests/s`,
    input === undefined || output === undefined ? undefined : `${input} + ${output} tokens`,
  ]
    .filter(Boolean)
    .join(', ')
}

/**
 * What a result was measured with, but for versions: results of one setup can be held against each other over time.
 * `name` is for people; two setups may share it that differ in a smaller option, so `key` has them all.
 */
export function setupOf(result: ResultView, agentName: string): { key: string; name: string } {
  const { model, engine, gpu, suite, benchmarks } = result
  const name = [model, engine, agentName, suite || benchmarks.join(', '), loadOf(result)]
  return {
    key: JSON.stringify([...name, gpu, benchmarks, optionsOf(result)]),
    name: name.filter(Boolean).join(' · '),
  }
}
