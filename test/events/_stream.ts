import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { expect } from 'vitest'
import { log } from '../../app/quicktests/events.ts'
import type { TestApp } from '../_setup.ts'

/** Writes events as the services do; returns when they are committed and published. */
export async function emit(
  app: TestApp,
  count: number,
  about: { source?: string; parent?: string; line?: string } = {},
) {
  await app.deps.write(async (tx) => {
    for (let i = 0; i < count; i++) {
      const at = app.clock.now()
      const source_id = about.source ?? 'a-test'
      tx.emit(
        log.row({ line: about.line ?? `line ${i}` }, { source_id, parent_id: about.parent ?? null, at }),
      )
    }
  })
}

export type Open = Awaited<ReturnType<typeof open>>

/** Opens a stream in process, and reads it only when asked to. */
export async function open(app: TestApp, path = '', headers: Record<string, string> = {}) {
  const abort = new AbortController()
  const request = new Request(`http://test/api/v1/events/stream${path}`, { headers, signal: abort.signal })
  const response = await app.app.fetch(request, { remoteAddress: '127.0.0.1' })
  expect(response.status, `${response.status}`).toBe(200)
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  const events: EventSourceMessage[] = []
  const comments: string[] = []
  const retries: number[] = []
  let text = ''
  const parser = createParser({
    onEvent: (event) => void events.push(event),
    onComment: (comment) => void comments.push(comment),
    onRetry: (ms) => void retries.push(ms),
  })
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read()
    if (done) return false
    const chunk = decoder.decode(value, { stream: true })
    text += chunk
    parser.feed(chunk)
    return true
  }
  return {
    response,
    events,
    comments,
    retries,
    get text() {
      return text
    },
    ids: () => events.map(({ id }) => Number(id)),
    /** Reads until `enough` says so; false when the stream ended before. */
    async until(enough: () => boolean): Promise<boolean> {
      while (!enough()) if (!(await read())) return false
      return true
    },
    async toEnd() {
      while (await read());
    },
    /** The reader goes away. */
    cancel: () => reader.cancel(),
    /** The connection goes away. */
    abort: () => abort.abort(),
  }
}

/** Waits for something that happens by itself within moments. */
export async function soon(condition: () => boolean, ms = 5000) {
  const end = performance.now() + ms
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(condition()).toBe(true)
}
