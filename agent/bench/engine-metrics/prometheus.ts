import { own } from '../../../lib/own.ts'
/** One value of a metric, with its labels. */
export interface Sample {
  name: string
  labels: Record<string, string>
  /** May be NaN or ±Infinity. */
  value: number
}

const MAX_SAMPLES = 10_000
const MAX_LINE = 16_384
const NAME = /[ \t]*([A-Za-z_:][\w:]*)/y
const LABEL = /[\s,]*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/y
const VALUE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const ESCAPES: Record<string, string> = { n: '\n', '"': '"', '\\': '\\' }

/**
 * Parses Prometheus' text format leniently; invalid lines are skipped.
 * @param wanted filters by name: parsing all lines of an engine takes too long
 */
export function parsePrometheus(text: string, wanted: (name: string) => boolean): Sample[] {
  const samples: Sample[] = []
  // Consecutive lines often have the same name: it is checked once.
  let last = ''
  let isWanted = false
  for (let at = 0; at < text.length && samples.length < MAX_SAMPLES; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    NAME.lastIndex = at
    const name = NAME.exec(text)?.[1]
    at = end + 1
    if (name === undefined || NAME.lastIndex > end) continue
    if (name !== last) isWanted = wanted(name)
    last = name
    if (!isWanted || end - NAME.lastIndex > MAX_LINE) continue
    const sample = parseRest(name, text.slice(NAME.lastIndex, end))
    if (sample) samples.push(sample)
  }
  return samples
}

/** Parses what follows a name: `{model="m"} 1.5e+3 1700000000000`. */
function parseRest(name: string, rest: string): Sample | null {
  const labels: Record<string, string> = Object.create(null)
  let at = rest.search(/\S/)
  if (rest[at] === '{') {
    LABEL.lastIndex = at + 1
    for (let found = LABEL.exec(rest); found; found = LABEL.exec(rest)) {
      labels[found[1]!] = found[2]!.replace(/\\(.)/g, (_, one: string) => own(ESCAPES, one) ?? one)
      at = LABEL.lastIndex
    }
    const close = rest.indexOf('}', at)
    if (close < 0) return null
    at = close + 1
  }
  const word = rest.slice(Math.max(0, at)).trim().split(/\s+/)[0] ?? ''
  const value = numberOf(word)
  return value === null ? null : { name, labels, value }
}

function numberOf(word: string): number | null {
  if (VALUE.test(word)) return Number(word)
  if (/^nan$/i.test(word)) return Number.NaN
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(word) ?? []
  if (sign === undefined) return null
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
