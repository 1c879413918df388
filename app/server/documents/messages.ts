import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorDetail } from '../../errors.ts'
import type { About, DocumentWork, Kind } from '../../results/documents.ts'

/** The worker data of a thread that reads documents. */
export type ThreadStart = { kittDocuments: true }

/** A document to work on. */
export type ToThread = { kind: Kind; bytes: Uint8Array; about: About }

/** The outcome: `refused` is an error in the document, `failed` one in the program. */
export type FromThread =
  | { done: DocumentWork[Kind] }
  | { refused: string; details: ErrorDetail[] | undefined; isTooLarge: boolean }
  | { failed: string }

/** Whether this is a thread started to read documents. */
export const isDocumentThread = (): boolean =>
  parentPort !== null && (workerData as Partial<ThreadStart> | null)?.kittDocuments === true
