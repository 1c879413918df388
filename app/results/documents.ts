import type { Sha256 } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { oneByOne } from '../turns.ts'
import { briefDocument } from './brief.ts'
import { type ReadImport, type ReadReport, readImport, readReport } from './read.ts'
import { withoutOwn } from './split-document.ts'

/** The kinds of work on a document's bytes, and what each returns. */
export type DocumentWork = {
  /** Reads an agent's report. */
  report: ReadReport
  /** Reads an imported document. */
  import: ReadImport
  /** Removes KITT's own fields and the last brace from a stored document. */
  open: Uint8Array<ArrayBuffer>
  /** Leaves out of a stored document what makes it large. */
  brief: Uint8Array<ArrayBuffer>
}
export type Kind = keyof DocumentWork

/** Does the work in any thread; the bytes are moved. @throws BadRequest, PayloadTooLarge, Unavailable */
export type DoWork = <K extends Kind>(kind: K, bytes: Uint8Array) => Promise<DocumentWork[K]>

/** Larger documents are read in another thread: here they would block the event loop. In bytes. */
export const LARGE_DOCUMENT = 256 * 1024

/** Does the work in this thread. @throws BadRequest */
export function workHere<K extends Kind>(kind: K, bytes: Uint8Array, sha256: Sha256): DocumentWork[K] {
  const work: { [K in Kind]: () => DocumentWork[K] } = {
    report: () => readReport(bytes, sha256),
    import: () => readImport(bytes, sha256),
    open: () => encoder.encode(withoutOwn(new TextDecoder().decode(bytes))),
    brief: () => encoder.encode(briefDocument(new TextDecoder().decode(bytes), sha256)),
  }
  return work[kind]()
}

const encoder = new TextEncoder()

/** The most bytes of documents being read or waiting: two of the largest. */
const WAITING_MAX = 32 * 1024 * 1024

/** Reads and stores large documents one at a time: together they would fill the memory. */
export class DocumentQueue {
  readonly #work: DoWork
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(work: DoWork) {
    this.#work = work
  }

  /** Reads a document in its turn and passes it to `use`. @throws BadRequest, PayloadTooLarge, Unavailable */
  take<K extends Kind>(
    kind: K,
    bytes: Uint8Array,
    use: (read: DocumentWork[K]) => Promise<void>,
  ): Promise<void> {
    const size = bytes.byteLength
    if (this.#waiting + size > WAITING_MAX)
      throw new Unavailable('Other large results are being read. Try again.', { retryAfterS: 2 })
    this.#waiting += size
    const done = this.#last
      .then(() => this.#work(kind, bytes))
      .then((read) => oneByOne(() => use(read)))
      .finally(() => {
        this.#waiting -= size
      })
    this.#last = done.catch(() => {})
    return done
  }
}
