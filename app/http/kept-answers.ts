import type { Context, TypedResponse } from 'hono'
import type { JSONParsed } from 'hono/utils/types'
import type { Database } from '../../db/database.ts'
import type { Env } from './env.ts'
import { answerJson, type Bytes, sizeOf, together } from './large-answer.ts'

/** In bytes or UTF-16 units: the longest answer kept, and all of them with their URLs. */
const ANSWER_LENGTH = 256 * 1024
const ALL_LENGTH = 4 * 1024 * 1024

const JSON_TYPE = { 'Content-Type': 'application/json' }

type Read = { key: string; version: number }
type Body = string | Uint8Array<ArrayBuffer>
type Answer<T> = Response & TypedResponse<T, 200, 'json'>

/** The handler of a read whose answer is always the same. */
export function always<T extends object>(value: T) {
  const text = JSON.stringify(value)
  return (c: Context<Env>) => c.body(text, 200, JSON_TYPE) as Response as Answer<JSONParsed<T>>
}

/**
 * Answers that depend only on the URL and the database, kept until the database changes: after an event, every
 * open page asks for the same lists. A commit of any process counts as a change. Keeps nothing of a remote
 * database, whose version would take a round trip.
 */
export class KeptAnswers {
  readonly #db: Pick<Database, 'version'>
  #answers = new Map<string, Body>()
  #version: number | undefined
  #length = 0

  constructor(db: Pick<Database, 'version'>) {
    this.#db = db
  }

  /** Answers a request whose answer is kept and still holds. Access was checked before. */
  known(c: Context<Env>): Response | undefined {
    if (this.#answers.size === 0 || c.req.method !== 'GET') return undefined
    const known = this.#answers.get(keyOf(c))
    return known !== undefined && this.#isCurrent() ? c.body(known, 200, JSON_TYPE) : undefined
  }

  /** Answers with what `read` finds in the database. */
  json<T extends object>(c: Context<Env>, read: () => Promise<T>): Promise<Answer<JSONParsed<T>>> {
    return this.text(c, async () => JSON.stringify(await read()))
  }

  /** The same for what is JSON already. */
  async text<T>(c: Context<Env>, read: () => Promise<string>): Promise<Answer<T>> {
    const before = this.#before(c)
    const text = await read()
    this.#keep(before, text, text.length)
    return c.body(text, 200, JSON_TYPE) as Response as Answer<T>
  }

  /**
   * The same for JSON in pieces of bytes, which are streamed where they are large.
   * @param asked the body of a request that is no GET, as the answer depends on it
   */
  async pieces<T>(
    c: Context<Env>,
    read: () => Promise<Bytes[]>,
    { stalledMs, asked }: { stalledMs: number; asked?: object },
  ): Promise<Answer<T>> {
    const before = this.#before(c, asked)
    const known = before && this.#answers.get(before.key)
    if (known !== undefined) return c.body(known, 200, JSON_TYPE) as Response as Answer<T>
    const pieces = await read()
    const size = sizeOf(pieces)
    if (before === undefined || size > ANSWER_LENGTH) return answerJson(c, pieces, stalledMs) as Answer<T>
    const body = together(pieces, size)
    this.#keep(before, body, size)
    return c.body(body, 200, JSON_TYPE) as Response as Answer<T>
  }

  /** Empties the store if the database has changed. */
  #isCurrent(): boolean {
    const version = this.#db.version?.()
    if (version === this.#version) return true
    this.#answers = new Map()
    this.#version = version
    this.#length = 0
    return false
  }

  /** The state before a read: what is read then is at least as new. */
  #before(c: Context<Env>, asked?: object): Read | undefined {
    if (!this.#db.version || c.req.method === 'HEAD') return undefined
    this.#isCurrent()
    const key = asked ? `${keyOf(c)} ${JSON.stringify(asked)}` : keyOf(c)
    return { key, version: this.#version as number }
  }

  #keep(before: Read | undefined, body: Body, size: number) {
    if (before === undefined || before.version !== this.#version || this.#answers.has(before.key)) return
    const length = before.key.length + size
    if (length > ANSWER_LENGTH || this.#length + length > ALL_LENGTH) return
    this.#answers.set(before.key, body)
    this.#length += length
  }
}

/** Path and query. */
const keyOf = ({ req: { url } }: Context<Env>): string => url.slice(url.indexOf('/', url.indexOf('://') + 3))
