import { Worker } from 'node:worker_threads'
import { BadRequest, PayloadTooLarge, Unavailable } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { DocumentWork, DoWork, Kind } from '../../results/documents.ts'
import { collectGarbage } from './collect.ts'
import type { FromThread, ThreadStart, ToThread } from './messages.ts'

type Options = {
  /** The program of the thread; it must call `serveDocuments`. */
  program: URL
  log: Log
  /** The thread ends after this long without work, to free its memory; ms. */
  idleMs?: number
  /** A document that takes longer is refused, and its thread is ended; ms. */
  mostMs?: number
  /** The same for the file of another tool, which may be much larger. */
  mostFileMs?: number
  /** The memory limit of the thread besides the bytes it is given, in MiB; Bun has no such limit. */
  memoryMib?: number
}

type Job = {
  message: ToThread
  resolve(done: DocumentWork[Kind]): void
  reject(error: Error): void
}

/** A thread is ended after reading this much: it holds more memory than a new one. In bytes. */
const ENOUGH = 16 * 1024 * 1024

/** More than any document needs that passes the checks before the parser. */
const MEMORY_MIB = 512

/** A document's objects live as long as it is read: a larger young generation would only add memory. */
const YOUNG_MIB = 8

/** After so much was read, garbage is collected before the next document. In bytes. */
const MUCH = 4 * 1024 * 1024

/**
 * Reads large documents in a thread, one at a time: in the main thread, one of 16 MiB would block the event
 * loop for half a second. The thread starts when there is work and ends when there is none.
 */
export class DocumentReader {
  readonly #options: Required<Options>
  readonly #waiting: Job[] = []
  #current: Job | undefined
  #thread: Worker | undefined
  #read = 0
  #garbage = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #closed = false

  constructor(options: Options) {
    this.#options = { idleMs: 5000, mostMs: 30_000, mostFileMs: 120_000, memoryMib: MEMORY_MIB, ...options }
  }

  /** @throws BadRequest, PayloadTooLarge, Unavailable */
  readonly work: DoWork = (kind, bytes, about) =>
    new Promise((resolve, reject) => {
      const taken = resolve as (done: DocumentWork[Kind]) => void
      this.#waiting.push({ message: { kind, bytes, about }, resolve: taken, reject })
      this.#next()
    })

  /** Ends the thread; unread documents are refused. */
  async close(): Promise<void> {
    this.#closed = true
    const thread = this.#thread
    this.#giveUp(stopping())
    this.#next()
    await thread?.terminate()
  }

  #next() {
    if (this.#current) return
    clearTimeout(this.#timer)
    const job = this.#waiting.shift()
    if (!job) {
      this.#timer = setTimeout(() => void this.#endThread(), this.#options.idleMs).unref()
      return
    }
    this.#current = job
    if (this.#closed) return this.#giveUp(stopping())
    this.#timer = setTimeout(() => {
      this.#options.log.error({}, 'a document was not read in time: the thread is ended')
      this.#giveUp(new Unavailable('The document could not be read in time.', { retryAfterS: 30 }))
    }, this.#mostMs(job)).unref()
    const { bytes, kind } = job.message
    // What was read before, and not stored, is garbage by now; of a file also the buffers it arrived in.
    if (this.#garbage > MUCH || (kind === 'file' && bytes.byteLength > MUCH)) {
      this.#garbage = 0
      collectGarbage()
    }
    // Of a report nothing is left: its bytes are moved, and those of its document given back.
    if (kind !== 'report') this.#garbage += bytes.byteLength
    try {
      this.#thread ??= this.#start()
      this.#read += bytes.byteLength
      this.#thread.postMessage(job.message, transferable(bytes))
    } catch (error) {
      this.#died(error as Error)
    }
  }

  #mostMs({ message: { kind } }: Job): number {
    const { mostMs, mostFileMs } = this.#options
    return kind === 'file' ? mostFileMs : mostMs
  }

  #start(): Worker {
    const { program, memoryMib } = this.#options
    const thread = new Worker(program, {
      workerData: { kittDocuments: true } satisfies ThreadStart,
      argv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMib, maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    thread.unref()
    thread.on('message', (message: FromThread) => {
      if (thread === this.#thread) void this.#answered(message)
    })
    thread.on('error', (error) => {
      if (thread === this.#thread) this.#died(error)
    })
    thread.on('exit', () => {
      if (thread === this.#thread) this.#died(new Error('The thread ended.'))
    })
    return thread
  }

  async #answered(message: FromThread) {
    const job = this.#current
    // What it holds is free before what was read is used: together they would take several times the document.
    if (this.#read >= ENOUGH) await this.#endThread()
    // It was given up meanwhile.
    if (job !== this.#current) return
    this.#current = undefined
    if ('done' in message) job?.resolve(message.done)
    else if ('refused' in message) {
      const { refused, details, isTooLarge } = message
      const Refusal = isTooLarge ? PayloadTooLarge : BadRequest
      job?.reject(new Refusal(refused, details ? { details } : {}))
    } else job?.reject(new Error(message.failed))
    this.#next()
  }

  #died(error: Error & { code?: string }) {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return this.#giveUp(tooMuch(this.#options.memoryMib))
    this.#options.log.error({ error: String(error) }, 'the thread that reads documents ended')
    this.#giveUp(
      new Unavailable('The document could not be read. Try again.', { retryAfterS: 5, cause: error }),
    )
  }

  /** Fails the current document; the next one gets a new thread. */
  #giveUp(error: Error) {
    void this.#endThread()
    const job = this.#current
    this.#current = undefined
    job?.reject(error)
    if (job) this.#next()
  }

  #endThread() {
    const thread = this.#thread
    this.#thread = undefined
    this.#read = 0
    return thread?.terminate()
  }
}

const stopping = () => new Unavailable('The server is stopping. Try again.', { retryAfterS: 2 })
const tooMuch = (mib: number) =>
  new PayloadTooLarge(`To read the document takes more than ${mib} MiB of memory. Send it in parts.`)

/** The buffer to transfer instead of copying, if the bytes fill it. */
const transferable = ({ buffer, byteLength }: Uint8Array): ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
