import { own } from '../../../lib/own.ts'

/** Lists of character codes by their length, used again and again: millions of views would fill the memory. */
const CODES: number[][] = Array.from({ length: 41 }, (_, length) => Array<number>(length).fill(0))

/** ASCII as text; faster than a decoder for a few characters. */
function latin1(bytes: Uint8Array, from: number, to: number): string {
  const codes = CODES[to - from]
  if (codes === undefined) return decoded(bytes, from, to)
  for (let i = from; i < to; i++) codes[i - from] = bytes[i] as number
  return String.fromCharCode.apply(null, codes)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** UTF-8 as text. */
export const decoded = (bytes: Uint8Array, from: number, to: number): string =>
  decoder.decode(bytes.subarray(from, to))

const MINUS = 45

const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN: null,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** A number, or a word such as true; undefined if it is neither. */
export function wordIn(bytes: Uint8Array, from: number, to: number): unknown {
  const word = latin1(bytes, from, to)
  const first = bytes[from] === MINUS ? bytes[from + 1] : bytes[from]
  // Number would take "Infinity" too, and what begins with a point.
  if (first !== undefined && first >= 48 && first <= 57) {
    const value = Number(word)
    return Number.isNaN(value) ? undefined : value
  }
  return own(WORDS, word)
}

/** Letters, digits and the signs of a number; not the brackets and the backslash among the letters. */
const OF_WORD = Uint8Array.from({ length: 256 }, (_, code) =>
  (code >= 48 && code <= 57) ||
  [43, 45, 46].includes(code) ||
  (code >= 65 && code <= 122 && ![91, 92, 93].includes(code))
    ? 1
    : 0,
)

/** The index after the word that begins here. */
export function endOfWord(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && OF_WORD[bytes[at] as number] === 1) at++
  return at
}

/** Short texts, each kept once: names and units repeat in every record of a file. */
export class Words {
  static readonly #SIZE = 4096
  readonly #known: (string | undefined)[] = Array(Words.#SIZE)

  of(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > 40) return decoded(bytes, from, to)
    let hash = to - from
    for (let i = from; i < to; i++) {
      const code = bytes[i] as number
      if (code > 127) return decoded(bytes, from, to)
      hash = (hash * 31 + code) | 0
    }
    const slot = (hash >>> 0) % Words.#SIZE
    const known = this.#known[slot]
    if (known !== undefined && isSame(known, bytes, from, to)) return known
    const text = latin1(bytes, from, to)
    this.#known[slot] = text
    return text
  }
}

function isSame(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}
