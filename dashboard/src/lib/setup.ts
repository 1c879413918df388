import { withUnit } from './format.ts'
import { asNumber, asObject, asText } from './loose.ts'
import type { ResultView } from './result.ts'

/** Options that are random in every run, so that they do not distinguish setups. */
const RANDOM = new Set(['seed'])

/** The options of a measurement, without random ones. */
export const optionsOf = ({ document }: ResultView): [name: string, value: unknown][] =>
  Object.entries(asObject(asObject(document['config'])['options'])).filter(([name]) => !RANDOM.has(name))

/** The load as text: `sweep, 16 at once, 4 requests/s, 256 + 128 tokens`; empty if unknown. */
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
    at === undefined ? undefined : withUnit(at, 'at once'),
    rate === undefined ? undefined : withUnit(rate, 'requests/s'),
    input === undefined || output === undefined ? undefined : withUnit(`${input} + ${output}`, 'tokens'),
  ]
    .filter(Boolean)
    .join(', ')
}

/**
 * The setup of a result, without versions: results of one setup can be compared over time.
 * `name` is for display and may be the same for two setups; `key` contains all options.
 */
export function setupOf(result: ResultView, agentName: string): { key: string; name: string } {
  const { model, engine, gpu, suite, benchmarks } = result
  const name = [model, engine, agentName, suite || benchmarks.join(', '), loadOf(result)]
  return {
    key: JSON.stringify([...name, gpu, benchmarks, optionsOf(result)]),
    name: name.filter(Boolean).join(' · '),
  }
}
