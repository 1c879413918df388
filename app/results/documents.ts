import { release } from '../../lib/release.ts'
import type { Sha256 } from '../deps.ts'
import { Unavailable } from '../errors.ts'
import { oneByOne } from '../turns.ts'
import { briefDocument } from './brief.ts'
import type { FileRequest } from './importers/read-file.ts'
import { type ReadDocument, type ReadReport, readReport } from './read.ts'
import { type RequestRow, requestRows } from './request-rows.ts'
import { withoutOwn } from './split-document.ts'
import type { ReadUpload } from './upload.ts'

/** The kinds of work on a document's bytes, and what each returns. */
export type DocumentWork = {
  /** Reads an agent's report. */
  report: ReadReport
  /** Reads a file of any tool. */
  file: ReadUpload
  /** Removes KITT's own fields and the last brace from a stored document. */
  open: Uint8Array<ArrayBuffer>
  /** Leaves out of a stored document what makes it large. */
  brief: Uint8Array<ArrayBuffer>
  /** The requests that a stored document keeps. */
  requests: RequestRow[]
}
export type Kind = keyof DocumentWork

/** What is known about a file beside its bytes; only for the kind `file`. */
export type About = FileRequest | undefined

/** Does the work in any thread; the bytes are moved. @throws BadRequest, PayloadTooLarge, Unavailable */
export type DoWork = <K extends Kind>(kind: K, bytes: Uint8Array, about?: About) => Promise<DocumentWork[K]>

/** Larger documents are read in another thread: here they would block the event loop. In bytes. */
export const LARGE_DOCUMENT = 256 * 1024

/** Reads a file of any tool. The importers are loaded with the first file: most servers never see one. */
export const readFileHere = async (
  bytes: Uint8Array,
  request: FileRequest,
  sha256: Sha256,
): Promise<ReadUpload> => (await import('./upload.ts')).readUpload(bytes, request, sha256)

/** Does any work in this thread. @throws BadRequest, PayloadTooLarge */
export async function anyWorkHere<K extends Kind>(
  kind: K,
  bytes: Uint8Array,
  sha256: Sha256,
  about: About,
): Promise<DocumentWork[K]> {
  const work: DocumentWork[Kind] =
    kind === 'file'
      ? await readFileHere(bytes, about ?? { asserted: { by: 'unknown' } }, sha256)
      : workHere(kind as AtOnce, bytes, sha256)
  return work as DocumentWork[K]
}

/** The documents in what was read. */
export function documentsIn(read: DocumentWork[Kind]): ReadDocument[] {
  if (read instanceof Uint8Array || Array.isArray(read)) return []
  if ('own' in read) return [read.own.document]
  if ('file' in read) return read.file.runs.flatMap(({ import: one }) => one?.document ?? [])
  return read.document ? [read.document] : []
}

/** The kinds of work that are done in one step. */
type AtOnce = Exclude<Kind, 'file'>

/** Does the work in this thread. @throws BadRequest */
export function workHere<K extends AtOnce>(kind: K, bytes: Uint8Array, sha256: Sha256): DocumentWork[K] {
  const work: { [K in AtOnce]: () => DocumentWork[K] } = {
    report: () => readReport(bytes, sha256),
    open: () => encoder.encode(withoutOwn(new TextDecoder().decode(bytes))),
    brief: () => encoder.encode(briefDocument(new TextDecoder().decode(bytes), sha256)),
    requests: () => requestRows(JSON.parse(new TextDecoder().decode(bytes))),
  }
  return work[kind]()
}

const encoder = new TextEncoder()

const MIB = 1024 * 1024
/** The most bytes of documents being read or waiting: three of the largest. */
const WAITING_MAX = 48 * MIB
/** The same of files that are imported. */
export const FILES_WAITING_MAX = 128 * MIB

/** Reads and stores large documents one at a time: together they would fill the memory. */
export class DocumentQueue {
  readonly #work: DoWork
  #last: Promise<unknown> = Promise.resolve()
  readonly #most: number
  #waiting = 0

  /** @param most the most bytes being read or waiting */
  constructor(work: DoWork, most = WAITING_MAX) {
    this.#work = work
    this.#most = most
  }

  /** Reads a document in its turn and passes it to `use`; afterwards its bytes are gone. @throws BadRequest, PayloadTooLarge, Unavailable */
  take<K extends Kind>(
    kind: K,
    bytes: Uint8Array,
    use: (read: DocumentWork[K]) => Promise<void>,
  ): Promise<void> {
    return this.#inTurn(bytes, async () => {
      const read = await this.#work(kind, bytes)
      try {
        await oneByOne(() => use(read))
      } finally {
        for (const { head, raw_json } of documentsIn(read))
          for (const text of [head, raw_json]) if (text instanceof Uint8Array) release(text)
      }
    })
  }

  /** Reads a document in its turn. @throws BadRequest, PayloadTooLarge, Unavailable */
  read<K extends Kind>(kind: K, bytes: Uint8Array, about: About): Promise<DocumentWork[K]> {
    return this.#inTurn(bytes, () => this.#work(kind, bytes, about))
  }

  #inTurn<T>({ byteLength: size }: Uint8Array, work: () => Promise<T>): Promise<T> {
    if (this.#waiting + size > this.#most)
      throw new Unavailable('Other large results are being read. Try again.', { retryAfterS: 2 })
    this.#waiting += size
    const done = this.#last.then(work).finally(() => {
      this.#waiting -= size
    })
    this.#last = done.catch(() => {})
    return done
  }
}
