import { join } from 'node:path'
import { type DeliverOptions, deliver } from './deliver.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Message } from './messages.ts'

export type { Progress } from '../../app/quicktests/schema.ts'
export type { Message } from './messages.ts'

/** Delivers messages in order, retrying each until the server accepts or finally refuses it. */
export type Outbox = {
  push(message: Message): void
  /** Resolves when everything pushed so far is delivered, refused or dropped. */
  flushed(): Promise<void>
  /** The next log line's number of an attempt, continuing that of an earlier process. */
  nextSeq(wire_id: string): number
  /** Retries now: the server is reachable again. */
  kick(): void
  /** Count of undelivered messages. */
  waiting(): number
  /** Stops delivery; undelivered messages stay in the journal. */
  stop(): Promise<void>
}

export type OutboxOptions = DeliverOptions & {
  /** Keeps messages across restarts; without it they are in memory only. */
  journal?: Journal
  /** Limit of undelivered log lines, UTF-16 units. */
  logLimit?: number
}

const LOG_LIMIT = 32 * 1024 * 1024
const DROPPED = '[log lines are missing here: the agent could not reach the server, and its spool was full]'

/** An undelivered message. Progress is not kept in the journal. */
type Entry = { n: number; kind: Message['kind']; text: string; progressOf?: string }

export function createOutbox(options: OutboxOptions): Outbox {
  return new Queue(options)
}

/**
 * An outbox on disk, `$KITT_HOME/spool/journal.jsonl`: delivers also what an earlier agent could not.
 * @param say logs damaged records and failed writes
 * @throws when the folder cannot be written
 */
export async function openSpool(
  home: string,
  options: Omit<OutboxOptions, 'journal'>,
  say: (line: string) => void,
): Promise<Outbox & { synced(): Promise<void> }> {
  const journal = await openJournal(join(home, 'spool', 'journal.jsonl'), say)
  return Object.assign(createOutbox({ ...options, journal }), { synced: () => journal.synced() })
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

  /** Log lines over the limit are replaced by one marker line. */
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

  /** Only the newest progress of an attempt is sent. */
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
      const sent = { message: JSON.parse(entry.text) as Message, bytes: Buffer.byteLength(entry.text) }
      const settled = await deliver(this.#options, sent, this.#abort.signal, () => this.#kicked.signal)
      this.#sending = undefined
      if (!settled) break
      this.#entries.shift()
      if (entry.kind === 'log') this.#logSize -= entry.text.length
      if (entry.progressOf === undefined) this.#options.journal?.delivered(entry.n)
      const next = this.#entries[0]?.n ?? Number.POSITIVE_INFINITY
      for (const { done } of this.#flushes.filter(({ n }) => n < next)) done()
      this.#flushes = this.#flushes.filter(({ n }) => n >= next)
    }
    // No await since the queue was seen empty, so no push is missed.
    this.#delivering = false
  }
}

/** The log line for a refused message. */
export const refusal = (message: Message, error: unknown): string =>
  `the server refused a ${message.kind}: ${error instanceof Error ? error.message : String(error)}`

const FLUSH_MS = 200
const CHUNK_LINES = 500

/** Sends the log lines of an attempt in numbered chunks. */
export function createLog(outbox: Outbox, wire_id: string, flushMs = FLUSH_MS) {
  let seq = outbox.nextSeq(wire_id)
  const lines: { seq: number; line: string }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    while (lines.length > 0) outbox.push({ kind: 'log', wire_id, lines: lines.splice(0, CHUNK_LINES) })
  }
  return {
    write(line: string) {
      lines.push({ seq: seq++, line })
      if (lines.length >= CHUNK_LINES) flush()
      else timer ??= setTimeout(flush, flushMs)
    },
    flush,
  }
}
