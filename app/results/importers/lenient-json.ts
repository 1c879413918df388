import { BadRequest } from '../../errors.ts'
import { PRIVATE_NAMES } from './private.ts'

/** The text is not JSON, not even JSON as tools write it. */
export class NotJson extends BadRequest {}

/** Deeper values could overflow the stack of recursive code. */
const DEPTH_MAX = 100
/** Numbers, texts, lists and objects of a file: a memory bound. */
const VALUES_MAX = 6_000_000
/** Lists and objects take much more memory than numbers. */
const CONTAINERS_MAX = 1_500_000
/** A longer text is cut: no importer needs it. In bytes. */
const TEXT_MAX = 64 * 1024
const SHOWN = 1000

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS] = [34, 92, 44, 58, 45]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125]
/** Begins each value of a JSON text sequence. */
const SEPARATOR = 0x1e

/**
 * The values of a file of JSON as benchmarks write it: one value, one on each line, or one after another; with
 * `NaN` (read as null) and `Infinity` (kept). Prompts and answers are not read into memory.
 * @param each what is kept of a value; the rest is garbage before the next is read
 * @throws NotJson with the line; BadRequest if the file is cut short or over a limit
 */
export function readJson(bytes: Uint8Array, each = (value: unknown): unknown => value): unknown[] {
  return new JsonReader(bytes).all(each)
}

class JsonReader {
  readonly #bytes: Uint8Array
  #at = 0
  #depth = 0
  #values = 0
  #containers = 0
  readonly #words = new Words()

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  all(each: (value: unknown) => unknown): unknown[] {
    const found: unknown[] = []
    for (this.#space(true); this.#at < this.#bytes.length; this.#space(true)) found.push(each(this.#value()))
    return found
  }

  #value(): unknown {
    if (++this.#values > VALUES_MAX) throw tooMuch(`${VALUES_MAX / 1e6} million values`)
    const code = this.#bytes[this.#at]
    if (code === QUOTE) return this.#text()
    if (code === OBJECT) return this.#inside(() => this.#object())
    if (code === LIST) return this.#inside(() => this.#list())
    return this.#word()
  }

  #inside<T>(read: () => T): T {
    if (++this.#containers > CONTAINERS_MAX)
      throw tooMuch(`${CONTAINERS_MAX / 1e6} million lists and objects`)
    if (++this.#depth > DEPTH_MAX) throw new BadRequest(`The file nests deeper than ${DEPTH_MAX} levels.`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    if (this.#ends(OBJECT_END)) return object
    do {
      this.#space()
      if (this.#bytes[this.#at] !== QUOTE) throw this.#fault('a name in quotes')
      const key = this.#text()
      this.#space()
      if (this.#bytes[this.#at] !== COLON) throw this.#fault('":"')
      this.#at++
      this.#space()
      if (PRIVATE_NAMES.has(key) && this.#isTextOrList()) this.#skip()
      // It would set the object's prototype.
      else if (key === '__proto__') this.#value()
      else object[key] = this.#value()
    } while (this.#goesOn(OBJECT_END))
    return object
  }

  #list(): unknown[] {
    const list: unknown[] = []
    if (this.#ends(LIST_END)) return list
    do {
      this.#space()
      list.push(this.#value())
    } while (this.#goesOn(LIST_END))
    // A list that grew has room for half as much again.
    return list.length > 64 ? list.slice() : list
  }

  #ends(end: number): boolean {
    this.#space()
    if (this.#bytes[this.#at] !== end) return false
    this.#at++
    return true
  }

  /** Whether a comma follows, and not the end. */
  #goesOn(end: number): boolean {
    this.#space()
    const code = this.#bytes[this.#at]
    if (code !== COMMA && code !== end) throw this.#fault(`"," or "${String.fromCharCode(end)}"`)
    this.#at++
    return code === COMMA
  }

  #space(between = false) {
    for (; ; this.#at++) {
      const code = this.#bytes[this.#at]
      const isSpace = code === 32 || code === 10 || code === 13 || code === 9
      if (!isSpace && !(between && code === SEPARATOR)) return
    }
  }

  /** The index of the quote that ends the text that begins here. */
  #endOfText(): number {
    for (let end = this.#at + 1; ; end++) {
      end = this.#bytes.indexOf(QUOTE, end)
      if (end === -1) throw this.#cutShort()
      let slashes = 0
      while (this.#bytes[end - 1 - slashes] === BACKSLASH) slashes++
      if (slashes % 2 === 0) return end
    }
  }

  #text(): string {
    const from = this.#at + 1
    const end = this.#endOfText()
    this.#at = end + 1
    if (end - from > TEXT_MAX) return `${decoded(this.#bytes.subarray(from, from + SHOWN))}…`
    const text = this.#words.of(this.#bytes, from, end)
    if (!text.includes('\\')) return text
    try {
      return JSON.parse(`"${text}"`) as string
    } catch {
      this.#at = from
      throw this.#fault('a text')
    }
  }

  #isTextOrList = () => this.#bytes[this.#at] === QUOTE || this.#bytes[this.#at] === LIST

  #skip() {
    let depth = 0
    do {
      const code = this.#bytes[this.#at]
      if (code === undefined) throw this.#cutShort()
      if (code === QUOTE) this.#at = this.#endOfText()
      else if (code === LIST || code === OBJECT) depth++
      else if (code === LIST_END || code === OBJECT_END) depth--
      this.#at++
    } while (depth > 0)
  }

  /** A number, or a word such as true. */
  #word(): unknown {
    const from = this.#at
    while (isOfWord(this.#bytes[this.#at])) this.#at++
    if (this.#at - from > 400) throw tooMuch('400 characters in a number')
    const word = latin1(this.#bytes, from, this.#at)
    const first = this.#bytes[from] === MINUS ? this.#bytes[from + 1] : this.#bytes[from]
    // Number would take "Infinity" too, and what begins with a point.
    if (first !== undefined && first >= 48 && first <= 57) {
      const value = Number(word)
      if (!Number.isNaN(value)) return value
    }
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    const isLast = this.#at >= this.#bytes.length
    this.#at = from
    throw isLast ? this.#cutShort() : this.#fault('a value')
  }

  #cutShort(): Error {
    const line = lineOf(this.#bytes, this.#bytes.length)
    return new BadRequest(
      `The file ends in the middle of a value (line ${line}): it was cut short. Copy it again, whole.`,
    )
  }

  #fault(wanted: string): Error {
    if (this.#at >= this.#bytes.length) return this.#cutShort()
    return new NotJson(`Line ${lineOf(this.#bytes, this.#at)} is not valid JSON: ${wanted} was looked for.`)
  }
}

const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN: null,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** Letters, digits and the signs of a number. */
const isOfWord = (code: number | undefined) =>
  code !== undefined &&
  ((code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || (code >= 65 && code <= 122)) &&
  code !== LIST &&
  code !== LIST_END &&
  code !== BACKSLASH

const tooMuch = (what: string) => new BadRequest(`The file has more than ${what}. Import it in parts.`)

function lineOf(bytes: Uint8Array, end: number): number {
  let line = 1
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) line++
  return line
}

/** Lists of character codes by their length, used again and again: millions of views would fill the memory. */
const CODES: number[][] = Array.from({ length: 41 }, (_, length) => Array<number>(length).fill(0))

/** ASCII as text; faster than a decoder for a few characters. */
function latin1(bytes: Uint8Array, from: number, to: number): string {
  const codes = CODES[to - from]
  if (codes === undefined) return decoded(bytes.subarray(from, to))
  for (let i = from; i < to; i++) codes[i - from] = bytes[i] as number
  return String.fromCharCode.apply(null, codes)
}

const decoder = new TextDecoder()
const decoded = (bytes: Uint8Array) => decoder.decode(bytes)

/** Short texts, each kept once: names and units repeat in every record of a file. */
class Words {
  static readonly #SIZE = 4096
  readonly #known: (string | undefined)[] = Array(Words.#SIZE)

  of(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > 40) return decoded(bytes.subarray(from, to))
    let hash = to - from
    for (let i = from; i < to; i++) {
      const code = bytes[i] as number
      if (code > 127) return decoded(bytes.subarray(from, to))
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
