import { parentPort } from 'node:worker_threads'
import { lowerThreadPriority } from '../../../lib/thread-priority.ts'
import { BadRequest } from '../../errors.ts'
import { type DocumentWork, type Kind, workHere } from '../../results/documents.ts'
import type { ReadDocument } from '../../results/read.ts'
import type { FromThread, ToThread } from './messages.ts'
import { sha256 } from './sha256.ts'

/** Reads the documents that the main thread sends, one at a time, until it is terminated. */
export function serveDocuments(): void {
  lowerThreadPriority()
  parentPort?.on('message', ({ kind, bytes }: ToThread) => {
    const moved: ArrayBuffer[] = []
    const answer = answerOf(kind, bytes, moved)
    parentPort?.postMessage(answer, moved)
  })
}

function answerOf(kind: Kind, bytes: Uint8Array, moved: ArrayBuffer[]): FromThread {
  try {
    return { done: inBytes(workHere(kind, bytes, sha256), moved) }
  } catch (error) {
    if (error instanceof BadRequest) return { refused: error.message, details: error.details }
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** Longer texts are transferred as UTF-8, without a copy. In UTF-16 units. */
const LONG = 16 * 1024
const encoder = new TextEncoder()

/** The same with its long texts as bytes. @param moved collects their buffers */
function inBytes(done: DocumentWork[Kind], moved: ArrayBuffer[]): DocumentWork[Kind] {
  const move = (bytes: Uint8Array<ArrayBuffer>) => {
    moved.push(bytes.buffer)
    return bytes
  }
  if (done instanceof Uint8Array) return move(done)
  const { document } = done
  if (document) {
    const bytes = (text: ReadDocument['head']) =>
      typeof text === 'string' && text.length > LONG ? move(encoder.encode(text)) : text
    document.head = bytes(document.head)
    document.raw_json &&= bytes(document.raw_json)
  }
  return done
}
