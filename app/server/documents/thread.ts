import { parentPort } from 'node:worker_threads'
import { lowerThreadPriority } from '../../../lib/thread-priority.ts'
import { BadRequest, PayloadTooLarge } from '../../errors.ts'
import { anyWorkHere, type DocumentWork, documentsIn, type Kind } from '../../results/documents.ts'
import type { ReadDocument } from '../../results/read.ts'
import type { FromThread, ToThread } from './messages.ts'
import { sha256 } from './sha256.ts'

/** Reads the documents that the main thread sends, one at a time, until it is terminated. */
export function serveDocuments(): void {
  lowerThreadPriority()
  parentPort?.on('message', async (message: ToThread) => {
    const moved: ArrayBuffer[] = []
    const answer = await answerOf(message, moved)
    parentPort?.postMessage(answer, moved)
  })
}

async function answerOf({ kind, bytes, about }: ToThread, moved: ArrayBuffer[]): Promise<FromThread> {
  try {
    return { done: inBytes(await anyWorkHere(kind, bytes, sha256, about), moved) }
  } catch (error) {
    const isTooLarge = error instanceof PayloadTooLarge
    if (error instanceof BadRequest || isTooLarge)
      return { refused: error.message, details: error.details, isTooLarge }
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
  const bytes = (text: ReadDocument['head']) =>
    typeof text === 'string' && text.length > LONG ? move(encoder.encode(text)) : text
  for (const document of documentsIn(done)) {
    document.head = bytes(document.head)
    document.raw_json &&= bytes(document.raw_json)
  }
  return done
}
