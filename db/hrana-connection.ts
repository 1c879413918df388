/// <reference path="./isomorphic-ws.d.ts" />
import { LibsqlError } from '@libsql/core/api'
import { WebSocket } from '@libsql/isomorphic-ws'
import { soon } from '../lib/soon.ts'
import type { BatchResult, HranaError, HranaStatement, Step } from './hrana-values.ts'

type Request =
  | { type: 'open_stream' | 'close_stream'; stream_id: number }
  | { type: 'batch'; stream_id: number; batch: { steps: Step[] } }
  | { type: 'sequence'; stream_id: number; sql: string }
  | { type: 'store_sql'; sql_id: number; sql: string }
  | { type: 'close_sql'; sql_id: number }

type Response = { type: 'batch'; result: BatchResult } | { type: string }

type Message =
  | { type: 'hello_ok' }
  | { type: 'hello_error'; error: HranaError }
  | { type: 'response_ok'; request_id: number; response: Response }
  | { type: 'response_error'; request_id: number; error: HranaError }

type Pending = { resolve(response: Response): void; reject(error: LibsqlError): void }

/** A server that says nothing for so long does not answer at all. */
const SILENCE_MS = 4000
/** So often one that says nothing is asked for a sign of life. */
const ASKED_AFTER_MS = SILENCE_MS / 2
/** Texts of statements that the server keeps for a connection; servers keep up to 150 of at most 5 KB. */
const STORED = 120
const STORED_BETWEEN = 100
const STORED_LENGTH = 4096
/** In bytes: a server closes the connection at a longer message. */
const MESSAGE_MAX = 16 * 1024 * 1024

/**
 * One WebSocket to a libSQL server. It is closed for good by the first error, by silence, or an answer that takes
 * too long.
 */
export class HranaConnection {
  readonly #socket: InstanceType<typeof WebSocket>
  readonly #pending = new Map<number, Pending>()
  readonly #sqls = new Map<string, number>()
  /** Messages until the socket is open. */
  #early: string[] | undefined = []
  #ids = 0
  #streams = 0
  #error: LibsqlError | undefined
  readonly #mostMs: number
  /** When the server last said something, on the monotonic clock. */
  #heard = 0

  /**
   * @param url `ws://` or `wss://`
   * @param mostMs how long an answer may take, of a server that gives signs of life
   */
  constructor(url: string, authToken: string | undefined, mostMs: number) {
    this.#mostMs = mostMs
    this.#socket = new WebSocket(url, ['hrana2'])
    this.#socket.addEventListener('open', () => {
      for (const text of this.#early ?? []) this.#socket.send(text)
      this.#early = undefined
    })
    this.#socket.addEventListener('message', ({ data }) => this.#take(String(data)))
    this.#socket.addEventListener('error', (event) => {
      const { message = 'an error of the socket' } = event as { message?: string }
      this.close(new LibsqlError(`The connection to the database broke: ${message}`, 'HRANA_WEBSOCKET_ERROR'))
    })
    this.#socket.addEventListener('close', () => this.close())
    this.#send(JSON.stringify({ type: 'hello', jwt: authToken ?? null }))
  }

  get closed(): boolean {
    return this.#error !== undefined
  }

  /** A new id of a stream. */
  streamId(): number {
    return this.#streams++
  }

  /** @throws LibsqlError: of the server, SQLITE_TOOBIG for what it would not take, or HRANA_… when no answer came */
  request(request: Request): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      if (this.#error) return reject(this.#error)
      const id = this.#ids++
      const text = JSON.stringify({ type: 'request', request_id: id, request })
      if (isLongerThan(text, MESSAGE_MAX)) return reject(TOO_LARGE())
      const stopWatch = this.#watch()
      const settle = <T>(then: (value: T) => void) => {
        return (value: T) => {
          stopWatch()
          then(value)
        }
      }
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) })
      this.#send(text)
    })
  }

  /** A statement whose text the server knows already, where it is worth that. */
  statement(sql: string, args: Omit<HranaStatement, 'want_rows'>): HranaStatement {
    const known = this.#sqls.get(sql)
    if (known === undefined && (sql.length > STORED_LENGTH || this.#sqls.size >= STORED))
      return { sql, ...args, want_rows: true }
    const sql_id = known ?? this.#store(sql)
    if (known !== undefined) this.#sqls.delete(sql)
    this.#sqls.set(sql, sql_id)
    return { sql_id, ...args, want_rows: true }
  }

  /**
   * Forgets the texts used least recently. Only while no statement is being put together: the server reads them
   * in the order of the messages.
   */
  forgetOldStatements(): void {
    for (const [sql, sql_id] of this.#sqls) {
      if (this.#sqls.size <= STORED_BETWEEN) return
      this.#sqls.delete(sql)
      this.request({ type: 'close_sql', sql_id }).catch(() => {})
    }
  }

  /** Ends everything that waits for an answer. */
  close(error = new LibsqlError('The connection to the database was closed.', 'HRANA_CLOSED_ERROR')): void {
    if (this.#error) return
    this.#error = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const one of pending) one.reject(error)
    this.#socket.close()
  }

  /** Closes the connection unless the answer comes in time. @returns what ends the watch */
  #watch(): () => void {
    const began = performance.now()
    const silence = () => performance.now() - Math.max(began, this.#heard)
    let isOver = false
    const giveUp = () => this.close(late(performance.now() - began))
    const look = () => {
      if (isOver) return
      const silent = silence()
      if (performance.now() - began >= this.#mostMs) return giveUp()
      // Whoever was held up itself first reads what has come meanwhile.
      if (silent >= SILENCE_MS) return soon(() => (isOver || silence() < SILENCE_MS ? look() : giveUp()))
      // It answers this at once, whatever else keeps it busy.
      if (silent >= ASKED_AFTER_MS)
        this.#send(JSON.stringify({ type: 'request', request_id: this.#ids++, request: NO_STATEMENT }))
      timer = setTimeout(look, ASKED_AFTER_MS)
    }
    let timer = setTimeout(look, ASKED_AFTER_MS)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }

  #store(sql: string): number {
    const sql_id = this.#ids++
    this.request({ type: 'store_sql', sql_id, sql }).catch(() => {})
    return sql_id
  }

  #send(text: string) {
    if (this.#early) this.#early.push(text)
    else this.#socket.send(text)
  }

  #take(text: string) {
    this.#heard = performance.now()
    const message = JSON.parse(text) as Message
    if (message.type === 'hello_ok') return
    if (message.type === 'hello_error') return this.close(errorOf(message.error))
    const pending = this.#pending.get(message.request_id)
    this.#pending.delete(message.request_id)
    if (message.type === 'response_ok') pending?.resolve(message.response)
    else pending?.reject(errorOf(message.error))
  }
}

/** Whether a text has more bytes in UTF-8. */
const isLongerThan = (text: string, bytes: number) =>
  text.length * 3 > bytes && (text.length > bytes || new TextEncoder().encode(text).length > bytes)

const TOO_LARGE = () => new LibsqlError('string or blob too big for a message', 'SQLITE_TOOBIG')

/** Forgetting a text that was never stored does nothing. */
const NO_STATEMENT: Request = { type: 'close_sql', sql_id: -1 }

const late = (ms: number) =>
  new LibsqlError(`The database did not answer within ${Math.round(ms / 1000)} s.`, 'HRANA_TIMEOUT')

export const errorOf = ({ message, code }: HranaError) => new LibsqlError(message, code ?? 'UNKNOWN')
