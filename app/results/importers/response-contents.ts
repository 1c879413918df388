import { PassedOver } from './json-passed-over.ts'
import { decoded } from './json-words.ts'
import { isObject, type Json, list, object, text } from './values.ts'

/** A longer response is no part without an answer, whatever it is; in bytes. */
const PART_MAX = 64 * 1024
const [QUOTE, LIST, LIST_END, OBJECT] = [34, 91, 93, 123]

/**
 * A list of the responses to one request, `[{"response": "data: {…}"}, …]`, that is passed over: of each response is
 * kept whether it has a part of the answer, and nothing of its text. It begins after the list's bracket.
 */
export class ResponseContents {
  /** Null where a response is of a shape that does not tell. */
  readonly found: (boolean | null)[] = []
  isOver = false
  #one: PassedOver | undefined
  #parts: Uint8Array[] = []
  #size = 0

  /** The index after the list, where its end is in these bytes; otherwise that after the bytes. */
  end(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length) {
      const code = bytes[at] as number
      if (this.#one === undefined && code === LIST_END) {
        this.isOver = true
        return at + 1
      }
      if (this.#one === undefined && code !== OBJECT && code !== LIST && code !== QUOTE) at++
      else at = this.#read(bytes, at)
    }
    return at
  }

  #read(bytes: Uint8Array, from: number): number {
    this.#one ??= new PassedOver(0)
    const to = this.#one.end(bytes, from)
    this.#size += to - from
    // A copy: the bytes at hand are used again.
    if (this.#size <= PART_MAX) this.#parts.push(bytes.slice(from, to))
    if (this.#one.isOver) this.#close()
    return to
  }

  #close() {
    this.found.push(this.#size > PART_MAX ? true : hasContent(this.#parts))
    this.#one = undefined
    this.#parts = []
    this.#size = 0
  }
}

function hasContent(parts: Uint8Array[]): boolean | null {
  const [first] = parts
  if (first === undefined) return null
  const whole = parts.length === 1 ? first : new Uint8Array(parts.flatMap((part) => [...part]))
  const response = object(parsed(decoded(whole, 0, whole.length)))['response']
  if (typeof response !== 'string') return null
  // Several events may have come at once.
  const events = response.split('\n').flatMap((line) => text(line.replace(/^data:/, '')) ?? [])
  const told = events.map((event) => (event === '[DONE]' ? false : isPartOfAnswer(parsed(event))))
  if (told.includes(true)) return true
  return told.includes(null) ? null : false
}

/** The members of a choice that hold a part of an answer, in any of the shapes of OpenAI's API. */
const ANSWERS = ['content', 'reasoning_content', 'reasoning', 'text']

function isPartOfAnswer(event: unknown): boolean | null {
  if (!isObject(event) || !Array.isArray(event['choices'])) return null
  const holders = list(event['choices']).flatMap((choice): Json[] => {
    const { delta, message } = object(choice)
    return [object(choice), object(delta), object(message)]
  })
  return holders.some((holder) =>
    ANSWERS.some((name) => typeof holder[name] === 'string' && holder[name] !== ''),
  )
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
