import { bounded } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import type { Ask } from './recipe.ts'

export type Waiting = {
  engine: string
  ask: Ask
  path: string
  exited: Promise<string>
  timeoutMs: number
  pollMs: number
  signal: AbortSignal
  log(line: string): void
}

/** Of what an engine says while it is not ready, in bytes. */
const WORDS_MAX = 64 * 1024
const TELL_MS = 15_000
/** One question may take this long: some engines answer it by generating a token. */
const ASK_MS = 30_000

/**
 * Asks an engine until it says that it is ready.
 * @throws when it ends before, is not ready in time, or the signal aborts (with the signal's reason)
 */
export async function untilReady(waiting: Waiting): Promise<void> {
  const { engine, log, timeoutMs, signal, pollMs } = waiting
  const over = new AbortController()
  let end: string | undefined
  void waiting.exited.then((reason) => {
    end = reason
    over.abort()
  })
  const stop = AbortSignal.any([signal, over.signal, AbortSignal.timeout(timeoutMs)])
  const began = performance.now()
  let told = began
  let answer = 'no answer'
  for (;;) {
    answer = await askOnce(waiting, stop, answer)
    signal.throwIfAborted()
    if (end !== undefined) throw new Error(`${engine} ended before it was ready (${end}).`)
    if (answer === '') return
    const now = performance.now()
    const seconds = Math.round((now - began) / 1000)
    if (now - began >= timeoutMs)
      throw new Error(`${engine} was not ready within ${Math.round(timeoutMs / 1000)} s; it said: ${answer}.`)
    if (now - told >= TELL_MS) {
      told = now
      log(`waiting for ${engine} (${seconds} s): ${answer}`)
    }
    await pause(pollMs, stop)
  }
}

/** Empty when it is ready, otherwise what it said; a question that was cut short leaves what it said `before`. */
async function askOnce({ ask, path }: Waiting, stop: AbortSignal, before: string): Promise<string> {
  try {
    const response = await ask(path, { signal: AbortSignal.any([stop, AbortSignal.timeout(ASK_MS)]) })
    if (response.ok) {
      // What it says beside that may have no end, and would hold the connection.
      response.body?.cancel().catch(() => {})
      return ''
    }
    const text = await bounded(response, WORDS_MAX)
      .text()
      .catch(() => '')
    return `HTTP ${response.status} ${text.replace(/\s+/g, ' ').slice(0, 200)}`.trim()
  } catch {
    return stop.aborted ? before : 'no answer'
  }
}
