import type { Sha256 } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { type ReadImport, type ReadReport, readImport, readReport } from './read.ts'
import { withoutOwn } from './split-document.ts'

/** What is done with the bytes of a document, by its name, and what comes of it. */
export type DocumentWork = {
  /** Reads an agent's report. */
  report: ReadReport
  /** Reads a document that a person brings. */
  import: ReadImport
  /** Leaves out of a stored document, and of its last brace, what KITT tells itself. */
  open: Uint8Array<ArrayBuffer>
}
export type Kind = keyof DocumentWork

/** Does it somewhere; takes the bytes over. @throws BadRequest, PayloadTooLarge, Unavailable */
export type DoWork = <K extends Kind>(kind: K, bytes: Uint8Array) => Promise<DocumentWork[K]>

/** More than this is worked on beside everything else: here it would hold everything else up. In bytes. */
export const LARGE_DOCUMENT = 256 * 1024

/** Does it here and now. @throws BadRequest */
export function workHere<K extends Kind>(kind: K, bytes: Uint8Array, sha256: Sha256): DocumentWork[K] {
  const work: { [K in Kind]: () => DocumentWork[K] } = {
    report: () => readReport(bytes, sha256),
    import: () => readImport(bytes, sha256),
    open: () => encoder.encode(withoutOwn(new TextDecoder().decode(bytes))),
  }
  return work[kind]()
}

const encoder = new TextEncoder()

/** So much may be in memory at once of those that wait: four of the largest. In bytes. */
const WAITING_MAX = 64 * 1024 * 1024

/** Large documents, one after the other from their bytes until they are stored: together they would fill the memory. */
export class DocumentQueue {
  readonly #work: DoWork
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(work: DoWork) {
    this.#work = work
  }

  /** Reads a document when it is its turn, and hands it to `use`. @throws BadRequest, PayloadTooLarge, Unavailable */
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
      .then(use)
      .finally(() => {
        this.#waiting -= size
      })
    this.#last = done.catch(() => {})
    return done
  }
}
