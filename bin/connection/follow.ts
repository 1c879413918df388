import type { Client, StreamEvent } from '../../app/client/client.ts'
import { ENDED, isOneOf } from '../../lib/states.ts'
import { print, say } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'

/** The callbacks of a test that is followed. */
export type Watcher = {
  status(status: string, error: string | null): void
  log(line: string): void
  progress(progress: { done: number; total: number; label?: string | undefined }): void
}

/** Follows the events of a test from its beginning to its end. @returns its final state */
export async function followTest(client: Client, id: string, watcher: Watcher): Promise<string> {
  const onState = (state: 'open' | 'lost') =>
    void (state === 'lost' && say('The connection was lost; reconnecting …'))
  for await (const event of client.subscribe({ source: id, lastEventId: 0, onState })) {
    notify(event, watcher)
    if (event.type === 'status' && isOneOf(ENDED, event.data.status)) return event.data.status
    if (event.type !== 'gap') continue
    // The missing events may have contained the end of the test.
    const { status } = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
    if (isOneOf(ENDED, status)) return status
  }
  throw new Error('The event stream ended before the test did.')
}

function notify(event: StreamEvent, watcher: Watcher) {
  if (event.type === 'status') watcher.status(event.data.status, event.data.error)
  if (event.type === 'log') watcher.log(event.data.line)
  if (event.type === 'progress') watcher.progress(event.data)
}

/** Prints states and progress on stderr and log lines on stdout; with JSON output all go to stderr. */
export const printEvents = (json: boolean | undefined): Watcher => ({
  status: (state, error) => say(`  ${state}${error ? `: ${plain(error)}` : ''}`),
  log: (line) => (json ? say : print)(`  │ ${plain(line)}`),
  progress: ({ done, total, label }) =>
    say(`  ${label ? `${plain(label)} · ` : ''}${done}/${total} requests`),
})
