import { failure } from './failure.ts'

/** Limit of an event, and of an answer in one JSON object, bytes. */
export const MAX_EVENT = 1024 * 1024

/** Receives the parts of a body. */
export interface SplitListener {
  /** Called with a message's text before it is parsed. @returns true when it needs no parsing */
  matches(text: string): boolean
  /** One JSON value with its event's name, if any. */
  message(value: unknown, event: string, text: string): void
  /** `[DONE]`: the rest is ignored. */
  done(): void
  /** `error: …`, or the text of an `event: error`. */
  error(text: string): void
  /** Invalid JSON. */
  broken(text: string): never
  /** A line of no event stream, such as HTML. */
  stray(line: string): void
}

/** Decodes text kept as latin1: latin1 is fast and never splits a character. */
export const textOf = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8')

const tooLong = () =>
  failure('too_large', 'The engine sent an event of over 1 MiB, more than any answer of a model.')

/**
 * Splits a body by its content, not its content type: an event stream, JSON lines, or one JSON value. Accepts missing
 * blank lines, comments, and `data:` without a space, as servers send them. Feed it latin1 text. @throws RequestFailure
 */
export function createSplitter(on: SplitListener) {
  let mode: 'unknown' | 'events' | 'values' = 'unknown'
  let start = ''
  const events = createEvents(on)
  const values = createValues(on)
  const feed = (text: string): void => {
    if (mode !== 'unknown') {
      ;(mode === 'events' ? events : values).feed(text)
      return
    }
    start += text
    // A byte order mark, as latin1.
    const first = /^(?:\u00ef\u00bb\u00bf)?\s*(\S)/.exec(start)?.[1]
    if (start.length > MAX_EVENT) throw tooLong()
    if (first === undefined || (first === '\u00ef' && start.length < 4)) return
    mode = first === '{' || first === '[' ? 'values' : 'events'
    const rest = start.replace(/^(?:\u00ef\u00bb\u00bf)?\s*/, '')
    start = ''
    feed(rest)
  }
  return {
    feed,
    /** Whether it is an event stream, or not yet known. */
    events: () => mode !== 'values',
    /** Call at the end of the body: the last event may lack its blank line. */
    end: () => (mode === 'values' ? values.end() : events.end()),
  }
}

function createEvents(on: SplitListener) {
  let parts: string[] = []
  let length = 0
  let event = ''
  /** Data lines that are not JSON by themselves, until the event ends. */
  let held: string[] = []
  let heldLength = 0
  /** After [DONE], the rest is ignored. */
  let over = false
  let endedInCr = false

  const line = (text: string) => {
    const code = text.charCodeAt(0)
    if (text === '') return dispatch()
    if (code === 58 /* : */) return
    if (text.startsWith('data:')) return data(text.slice(text.charCodeAt(5) === 32 ? 6 : 5))
    if (code === 123 /* { */ || held.length > 0) return data(text)
    if (text.startsWith('event:')) {
      event = text.slice(6).trim().toLowerCase()
    } else if (text.startsWith('error:')) {
      on.error(text.slice(6))
    } else if (text !== 'data' && !/^(?:id|retry)\s*:?/.test(text)) on.stray(text)
  }
  const data = (given: string) => {
    if (held.length === 0 && event === '' && on.matches(given)) return
    const payload = given.trim()
    if (payload === '' || payload.charCodeAt(0) === 58) return
    if (payload === '[DONE]') {
      over = true
      return on.done()
    }
    if (held.length === 0) {
      const value = parsed(payload)
      if (value !== undefined) return event === 'ping' ? undefined : on.message(value, event, payload)
    }
    held.push(payload)
    heldLength += payload.length
    if (heldLength > MAX_EVENT) throw tooLong()
  }
  const dispatch = () => {
    const text = held.join('\n')
    const name = event
    event = ''
    held = []
    heldLength = 0
    if (text === '') return
    const value = parsed(text)
    if (value !== undefined) on.message(value, name, text)
    else if (name === 'error') on.error(text)
    else if (name !== 'ping') on.broken(text)
  }
  /** Lines end with LF, CRLF or CR; the LF of a CRLF may come in the next read. */
  const feed = (given: string) => {
    let text = endedInCr && given.startsWith('\n') ? given.slice(1) : given
    endedInCr = given.endsWith('\r')
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n')
    let from = 0
    while (!over) {
      const at = text.indexOf('\n', from)
      if (at < 0) break
      if (length + at - from > MAX_EVENT) throw tooLong()
      const complete = parts.length > 0 ? parts.join('') + text.slice(from, at) : text.slice(from, at)
      parts = []
      length = 0
      line(complete)
      from = at + 1
    }
    if (over || from === text.length) return
    parts.push(from === 0 ? text : text.slice(from))
    length += text.length - from
    if (length > MAX_EVENT) throw tooLong()
  }
  return {
    feed,
    end: () => {
      const incomplete = parts.length > 0
      if (incomplete) feed('\n')
      if (incomplete && held.length > 0)
        throw failure('closed', 'The engine closed the stream in the middle of a message.')
      dispatch()
    },
  }
}

/** Splits consecutive JSON values, each on one line or several, by their brackets. */
function createValues(on: SplitListener) {
  let parts: string[] = []
  let length = 0
  let depth = 0
  let inText = false
  let escaped = false
  const value = (text: string) => {
    if (text.trim() === '[DONE]') return on.done()
    const found = parsed(text)
    if (found === undefined) on.broken(text)
    on.message(found, '', text)
  }
  const feed = (text: string) => {
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (inText) {
        if (escaped) escaped = false
        else if (code === 92 /* \ */) escaped = true
        else if (code === 34 /* " */) inText = false
      } else if (code === 34) inText = true
      else if (code === 123 || code === 91) depth += 1
      else if (code === 125 || code === 93) {
        depth -= 1
        if (depth > 0) continue
        value(parts.join('') + text.slice(from, i + 1))
        parts = []
        length = 0
        depth = 0
        from = i + 1
      }
    }
    const rest = text.slice(from)
    if (depth > 0) {
      parts.push(rest)
      length += rest.length
      if (length > MAX_EVENT) throw tooLong()
    } else if (rest.trim() !== '') on.stray(rest.trim())
  }
  return {
    feed,
    end: () => {
      if (parts.length > 0) value(parts.join(''))
    },
  }
}

/** Parses JSON, also with Python's NaN and Infinity; undefined when invalid. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (!/NaN|Infinity/.test(text)) return undefined
  }
  try {
    // NaN becomes Infinity: the count is then doubted, not missing.
    return JSON.parse(text.replace(/([:[,]\s*)(?:NaN|-?Infinity)\b/g, (_, before) => `${before}1e999`))
  } catch {
    return undefined
  }
}
