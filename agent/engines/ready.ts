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

/** Limit of an error's body, bytes. */
const BODY_MAX = 64 * 1024
const LOG_INTERVAL_MS = 15_000
/** Timeout of one check: some engines answer it by generating a token. */
const ASK_MS = 30_000

/**
 * Polls an engine until it is ready.
 * @throws when it ends before, is not ready in time, or the signal aborts (its reason)
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
  let loggedAt = began
  let answer = 'no answer'
  for (;;) {
    answer = await askOnce(waiting, stop, answer)
    signal.throwIfAborted()
    if (end !== undefined) throw new Error(`${engine} ended before it was ready (${end}).`)
    if (answer === '') return
    const now = performance.now()
    const seconds = Math.round((now - began) / 1000)
    if (now - began >= timeoutMs)
      throw new Error(
        `${engine} was not ready within ${Math.round(timeoutMs / 1000)} s. Its last answer: ${answer}.`,
      )
    if (now - loggedAt >= LOG_INTERVAL_MS) {
      loggedAt = now
      log(`waiting for ${engine} (${seconds} s): ${answer}`)
    }
    await pause(pollMs, stop)
  }
}

/** Empty when ready, otherwise the engine's answer; `before` when `stop` aborts the check. */
async function askOnce({ ask, path }: Waiting, stop: AbortSignal, before: string): Promise<string> {
  try {
    const response = await ask(path, { signal: AbortSignal.any([stop, AbortSignal.timeout(ASK_MS)]) })
    if (response.ok) {
      // The body may never end, and would hold the connection.
      response.body?.cancel().catch(() => {})
      return ''
    }
    const text = await bounded(response, BODY_MAX)
      .text()
      .catch(() => '')
    return `HTTP ${response.status} ${text.replace(/\s+/g, ' ').slice(0, 200)}`.trim()
  } catch {
    return stop.aborted ? before : 'no answer'
  }
}
