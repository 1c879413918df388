import { type DeliverOptions, deliver } from './deliver.ts'
import type { Journal } from './journal.ts'
import type { Message } from './messages.ts'

export type { Progress } from '../../app/quicktests/schema.ts'
export type { Message } from './messages.ts'

/** Delivers messages in order, each until the server has it or refuses it for good. */
export type Outbox = {
  push(message: Message): void
  /** Resolves when everything pushed so far is delivered, refused or dropped. */
  flushed(): Promise<void>
  /** The number of the next log line of an attempt; it goes on where an earlier process ended. */
  nextSeq(wire_id: string): number
  /** The server is there again: what waits for another try is tried now. */
  kick(): void
  /** How many messages wait. */
  waiting(): number
  /** Stops trying; what is not delivered stays in the journal, if there is one. */
  stop(): Promise<void>
}

export type OutboxOptions = DeliverOptions & {
  /** Where messages are kept over the end of the process; without one, in memory alone. */
  journal?: Journal
  /** The most that waiting log lines may take, in UTF-16 units. */
  logLimit?: number
}

const LOG_LIMIT = 32 * 1024 * 1024
const DROPPED = '[log lines are missing here: the agent could not reach the server, and its spool was full]'

/** One message that waits. What is only of use now, progress, is in no journal. */
type Entry = { n: number; kind: Message['kind']; text: string; progressOf?: string }

export function createOutbox(options: OutboxOptions): Outbox {
  return new Queue(options)
}

class Queue implements Outbox {
  #options: OutboxOptions
  #entries: Entry[] = []
  #abort = new AbortController()
  #kicked = new AbortController()
  #last = 0
  #logSize = 0
  #sending: Entry | undefined
  #delivering = false
  #delivery: Promise<void> = Promise.resolve()
  #dropping = new Set<string>()
  #flushes: { n: number; done(): void }[] = []

  constructor(options: OutboxOptions) {
    this.#options = options
    for (const { n, text } of options.journal?.pending ?? []) {
      this.#enqueue({ n, text, kind: (JSON.parse(text) as Message).kind })
    }
    this.#deliver()
  }

  push(message: Message) {
    const kept = message.kind === 'log' ? this.#withinLimit(message) : message
    if (!kept) return
    const progress = kept.kind === 'status' && kept.progress ? kept.wire_id : undefined
    if (progress !== undefined) this.#forgetProgress(progress)
    const entry = { n: ++this.#last, kind: kept.kind, text: JSON.stringify(kept) }
    if (progress === undefined) this.#options.journal?.add(entry.n, entry.text, kept)
    this.#enqueue(progress === undefined ? entry : { ...entry, progressOf: progress })
    this.#deliver()
  }

  flushed(): Promise<void> {
    if (this.#entries.length === 0) return Promise.resolve()
    return new Promise((done) => void this.#flushes.push({ n: this.#last, done }))
  }

  nextSeq(wire_id: string) {
    return this.#options.journal?.nextSeq(wire_id) ?? 0
  }

  kick() {
    this.#kicked.abort()
    this.#kicked = new AbortController()
  }

  waiting() {
    return this.#entries.length
  }

  async stop() {
    this.#abort.abort(new Error('the agent stops'))
    await this.#delivery
    for (const { done } of this.#flushes.splice(0)) done()
    await this.#options.journal?.close()
  }

  #enqueue(entry: Entry) {
    this.#last = Math.max(this.#last, entry.n)
    if (entry.kind === 'log') this.#logSize += entry.text.length
    this.#entries.push(entry)
  }

  /** Log lines are what is given up first: one marker stands for all that found no room. */
  #withinLimit(message: Message & { kind: 'log' }): Message | undefined {
    const { wire_id, lines } = message
    if (this.#logSize < (this.#options.logLimit ?? LOG_LIMIT)) {
      this.#dropping.delete(wire_id)
      return message
    }
    const [first] = lines
    if (!first || this.#dropping.has(wire_id)) return undefined
    this.#dropping.add(wire_id)
    return { kind: 'log', wire_id, lines: [{ seq: first.seq, line: DROPPED }] }
  }

  /** Only the newest progress of an attempt is worth sending. */
  #forgetProgress(wire_id: string) {
    const at = this.#entries.findIndex((entry) => entry.progressOf === wire_id && entry !== this.#sending)
    if (at >= 0) this.#entries.splice(at, 1)
  }

  #deliver() {
    if (this.#delivering) return
    this.#delivering = true
    this.#delivery = this.#deliverAll()
  }

  async #deliverAll() {
    for (let entry = this.#entries[0]; entry && !this.#abort.signal.aborted; entry = this.#entries[0]) {
      this.#sending = entry
      const message = JSON.parse(entry.text) as Message
      const settled = await deliver(this.#options, message, this.#abort.signal, () => this.#kicked.signal)
      this.#sending = undefined
      if (!settled) break
      this.#entries.shift()
      if (entry.kind === 'log') this.#logSize -= entry.text.length
      if (entry.progressOf === undefined) this.#options.journal?.delivered(entry.n)
      const next = this.#entries[0]?.n ?? Number.POSITIVE_INFINITY
      for (const { done } of this.#flushes.filter(({ n }) => n < next)) done()
      this.#flushes = this.#flushes.filter(({ n }) => n >= next)
    }
    // In the same step as the look at the empty queue, so that no push falls between.
    this.#delivering = false
  }
}

/** What a person is told of a message that was refused. */
export const refusal = (message: Message, error: unknown): string =>
  `the server refused a ${message.kind}: ${error instanceof Error ? error.message : String(error)}`
