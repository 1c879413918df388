import type { Client, StreamEvent } from '../app/client.ts'

const FINAL = new Set(['completed', 'failed', 'cancelled'])

/** What a person watching a quick test is told. */
export type Watcher = {
  status(status: string, error: string | null): void
  log(line: string): void
  progress(done: number, total: number, metrics: Record<string, unknown>): void
}

/** Tells what happens with a test, from its beginning until it ends. @returns its last state */
export async function followTest(
  client: Client,
  id: string,
  watcher: Watcher,
  signal?: AbortSignal,
): Promise<string> {
  const options = { source: id, lastEventId: 0, ...(signal ? { signal } : {}) }
  for await (const event of client.subscribe(options)) {
    tell(event, watcher)
    if (event.type === 'status' && FINAL.has(event.data.status)) return event.data.status
  }
  throw new Error('The event stream ended before the test did.')
}

function tell(event: StreamEvent, watcher: Watcher) {
  if (event.type === 'status') watcher.status(event.data.status, event.data.error)
  if (event.type === 'log') watcher.log(event.data.line)
  if (event.type === 'progress') watcher.progress(event.data.done, event.data.total, event.data.metrics)
}
