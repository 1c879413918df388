import { PRIVATE_NAMES } from '../../../lib/private-names.ts'
import { BadRequest } from '../../errors.ts'
import { isEscaped, PassedOver } from './json-passed-over.ts'
import { decoded, endOfWord, Words, wordIn } from './json-words.ts'
import { USELESS_NAMES } from './private.ts'
import { ResponseContents } from './response-contents.ts'
import { isObject } from './values.ts'

/** Deeper values could overflow the stack of recursive code. */
const DEPTH_MAX = 100
/** Numbers, texts, lists and objects of a file: a memory bound. */
const VALUES_MAX = 6_000_000
/** Lists and objects take much more memory than numbers. */
const CONTAINERS_MAX = 1_500_000
/** A longer text is cut: no importer needs it. In bytes. */
const TEXT_MAX = 64 * 1024
const SHOWN = 1000
const WORD_MAX = 400
/** Of a longer list of objects within a run, the rest is passed over: single requests, which the run sums up. */
const OBJECTS_MAX = 2000

const [QUOTE, COMMA, COLON] = [34, 44, 58]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125]
/** Begins each value of a JSON text sequence. */
const SEPARATOR = 0x1e

/** What is not read into memory, where its end is looked for. */
type Unread = { isOver: boolean; end(bytes: Uint8Array, from: number): number }
type Frame = { value: unknown[] | Record<string, unknown>; end: number; key: string }

/** What comes next. */
type Want = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'comma'

/**
 * The values of a file of JSON as benchmarks write it: one value, one on each line, or one after another; with `NaN`
 * (read as null) and `Infinity` (kept). The file comes in pieces, of which only an unfinished number or text is kept;
 * prompts and answers are not read into memory. Faults are told with their line.
 */
export class JsonReader {
  readonly #each: (value: unknown) => unknown
  readonly #found: unknown[] = []
  readonly #stack: Frame[] = []
  readonly #words = new Words()
  #want: Want = 'value'
  #skip: { what: Unread; then(): void } | undefined
  #bytes: Uint8Array = new Uint8Array()
  #at = 0
  /** Lines before the bytes at hand. */
  #lines = 1
  #isLast = false
  #values = 0
  #containers = 0

  /** @param each what is kept of a value; the rest is garbage before the next is read */
  constructor(each = (value: unknown): unknown => value) {
    this.#each = each
  }

  /** Reads on. @throws BadRequest */
  push(piece: Uint8Array): void {
    this.#bytes = this.#rest(piece)
    this.#at = 0
    this.#read()
    this.#lines += newlines(this.#bytes, this.#at)
    // A copy: the piece itself is garbage then.
    this.#bytes = this.#bytes.slice(this.#at)
    this.#at = 0
  }

  /** @throws BadRequest, also if it was cut short */
  end(): unknown[] {
    this.#isLast = true
    this.#read()
    if (this.#stack.length > 0 || this.#skip || this.#at < this.#bytes.length) throw this.#cutShort()
    return this.#found
  }

  #rest(piece: Uint8Array): Uint8Array {
    if (this.#bytes.length === 0) return piece
    const both = new Uint8Array(this.#bytes.length + piece.length)
    both.set(this.#bytes)
    both.set(piece, this.#bytes.length)
    return both
  }

  /** As far as whole tokens are there. */
  #read() {
    for (;;) {
      if (this.#skip && !this.#passed(this.#skip)) return
      this.#space()
      if (this.#at >= this.#bytes.length || !this.#step()) return
    }
  }

  /** Whether the end of what is passed over is there. */
  #passed({ what, then }: { what: Unread; then(): void }): boolean {
    this.#at = what.end(this.#bytes, this.#at)
    if (!what.isOver) return false
    this.#skip = undefined
    then()
    return true
  }

  /** Reads a token; false if its end is not there yet. */
  #step(): boolean {
    const code = this.#bytes[this.#at] as number
    const top = this.#stack.at(-1)
    if (this.#want === 'comma') return this.#comma(code, top as Frame)
    if (this.#want === 'colon') {
      if (code !== COLON) throw this.#fault('":"')
      this.#at++
      this.#want = 'value'
      return true
    }
    if ((this.#want === 'keyOrEnd' || this.#want === 'valueOrEnd') && code === top?.end) return this.#close()
    if (this.#want === 'key' || this.#want === 'keyOrEnd') return this.#key(code, top as Frame)
    return this.#value(code, top)
  }

  #comma(code: number, top: Frame): boolean {
    if (code === top.end) return this.#close()
    if (code !== COMMA) throw this.#fault(`"," or "${String.fromCharCode(top.end)}"`)
    this.#at++
    this.#want = top.end === LIST_END ? 'value' : 'key'
    if (this.#stack.length > 1 && isLongList(top)) this.#skip = skip(1, () => this.#closed())
    return true
  }

  #key(code: number, top: Frame): boolean {
    if (code !== QUOTE) throw this.#fault('a name in quotes')
    return this.#text((text) => {
      top.key = text
      this.#want = 'colon'
    })
  }

  #value(code: number, top: Frame | undefined): boolean {
    if (top?.key === 'response_outputs' && code === LIST) return this.#responses()
    if (top?.end === OBJECT_END && isPassedOver(top.key, code)) {
      this.#skip = skip(0, () => {
        this.#want = 'comma'
      })
      return true
    }
    if (code === QUOTE) return this.#text((text) => this.#put(text))
    if (code === OBJECT || code === LIST) return this.#open(code)
    return this.#word()
  }

  /** Of the responses to a request is kept which have a part of the answer. */
  #responses(): boolean {
    this.#at++
    const what = new ResponseContents()
    const then = () => {
      this.#values += what.found.length
      this.#put(what.found)
    }
    this.#skip = { what, then }
    return true
  }

  #open(code: number): boolean {
    if (++this.#containers > CONTAINERS_MAX)
      throw tooMuch(`${CONTAINERS_MAX / 1e6} million lists and objects`)
    if (this.#stack.length === DEPTH_MAX)
      throw new BadRequest(`The file nests deeper than ${DEPTH_MAX} levels.`)
    this.#at++
    const isList = code === LIST
    this.#stack.push({ value: isList ? [] : {}, end: isList ? LIST_END : OBJECT_END, key: '' })
    this.#want = isList ? 'valueOrEnd' : 'keyOrEnd'
    return true
  }

  #close(): boolean {
    this.#at++
    this.#closed()
    return true
  }

  #closed() {
    const { value } = this.#stack.pop() as Frame
    // A list that grew has room for half as much again.
    this.#put(Array.isArray(value) && value.length > 64 ? value.slice() : value)
  }

  /** Puts a value where it belongs. */
  #put(value: unknown) {
    if (++this.#values > VALUES_MAX) throw tooMuch(`${VALUES_MAX / 1e6} million values`)
    const top = this.#stack.at(-1)
    this.#want = top === undefined ? 'value' : 'comma'
    if (top === undefined) this.#found.push(this.#each(value))
    else if (Array.isArray(top.value)) top.value.push(value)
    // It would set the object's prototype.
    else if (top.key !== '__proto__') top.value[top.key] = value
  }

  #space() {
    const between = this.#stack.length === 0
    for (; ; this.#at++) {
      const code = this.#bytes[this.#at]
      const isSpace = code === 32 || code === 10 || code === 13 || code === 9
      if (!isSpace && !(between && code === SEPARATOR)) return
    }
  }

  /** Reads the text that begins here and passes it on; of a very long one its beginning. */
  #text(take: (text: string) => void): boolean {
    const from = this.#at + 1
    const end = this.#endOfText(from)
    if (end === -1) {
      if (this.#bytes.length - from <= TEXT_MAX) return false
      const shown = `${decoded(this.#bytes, from, from + SHOWN)}…`
      this.#skip = skip(0, () => take(shown))
      return true
    }
    this.#at = end + 1
    take(end - from > TEXT_MAX ? `${decoded(this.#bytes, from, from + SHOWN)}…` : this.#plain(from, end))
    return true
  }

  #plain(from: number, end: number): string {
    const text = this.#words.of(this.#bytes, from, end)
    if (!text.includes('\\')) return text
    try {
      return JSON.parse(`"${text}"`) as string
    } catch {
      this.#at = from
      throw this.#fault('a text')
    }
  }

  /** The index of the quote that ends a text; -1 if it is not there yet. */
  #endOfText(from: number): number {
    for (let end = from; ; end++) {
      end = this.#bytes.indexOf(QUOTE, end)
      if (end === -1 || !isEscaped(this.#bytes, from, end)) return end
    }
  }

  /** A number, or a word such as true. */
  #word(): boolean {
    const from = this.#at
    const end = endOfWord(this.#bytes, from)
    if (end - from > WORD_MAX) throw tooMuch(`${WORD_MAX} characters in a number`)
    if (end === this.#bytes.length && !this.#isLast) return false
    const value = wordIn(this.#bytes, from, end)
    if (value === undefined) throw end === this.#bytes.length ? this.#cutShort() : this.#fault('a value')
    this.#at = end
    this.#put(value)
    return true
  }

  #cutShort(): Error {
    const line = this.#lines + newlines(this.#bytes, this.#bytes.length)
    return new BadRequest(
      `The file ends in the middle of a value (line ${line}): it was cut short. Copy it again, whole.`,
    )
  }

  #fault(wanted: string): Error {
    const line = this.#lines + newlines(this.#bytes, this.#at)
    return new BadRequest(`Line ${line} is not valid JSON: ${wanted} was looked for.`)
  }
}

const skip = (depth: number, then: () => void) => ({ what: new PassedOver(depth), then })

/** Prompts, answers and whole requests. */
const isPassedOver = (key: string, code: number) =>
  (PRIVATE_NAMES.has(key) && (code === QUOTE || code === LIST)) ||
  (USELESS_NAMES.has(key) && (code === OBJECT || code === LIST))

/** A list within a run that has objects alone, and many; those with times of their own are needed. */
function isLongList({ value }: Frame): boolean {
  if (!Array.isArray(value) || value.length !== OBJECTS_MAX) return false
  return value.every((one) => isObject(one) && !('response_timestamps' in one))
}

const tooMuch = (what: string) => new BadRequest(`The file has more than ${what}. Import it in parts.`)

/** The line breaks before an index. */
function newlines(bytes: Uint8Array, end: number): number {
  let lines = 0
  for (let at = bytes.indexOf(10); at !== -1 && at < end; at = bytes.indexOf(10, at + 1)) lines++
  return lines
}
