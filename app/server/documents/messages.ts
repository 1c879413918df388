import { parentPort, workerData } from 'node:worker_threads'
import type { ErrorDetail } from '../../errors.ts'
import type { DocumentWork, Kind } from '../../results/documents.ts'

/** What a thread that reads documents is started with. */
export type ThreadStart = { kittDocuments: true }

/** A document to work on. */
export type ToThread = { kind: Kind; bytes: Uint8Array }

/** What came of it: `refused` says what is wrong with the document, `failed` what is wrong with the program. */
export type FromThread =
  | { done: DocumentWork[Kind] }
  | { refused: string; details: ErrorDetail[] | undefined }
  | { failed: string }

/** Whether this is a thread that was started to read documents, and not the program itself. */
export const isDocumentThread = (): boolean =>
  parentPort !== null && (workerData as Partial<ThreadStart> | null)?.kittDocuments === true
