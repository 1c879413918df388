import type { Client, StreamEvent } from '../../app/client/client.ts'
import { ENDED, isOneOf } from '../../lib/states.ts'
import { print, say } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'

/** What a person watching a quick test is told. */
export type Watcher = {
  status(status: string, error: string | null): void
  log(line: string): void
  progress(progress: { done: number; total: number; label?: string | undefined }): void
}

/** Tells what happens with a test, from its beginning until it ends. @returns its last state */
export async function followTest(client: Client, id: string, watcher: Watcher): Promise<string> {
  const onState = (state: 'open' | 'lost') =>
    void (state === 'lost' && say('The connection is lost; trying again …'))
  for await (const event of client.subscribe({ source: id, lastEventId: 0, onState })) {
    tell(event, watcher)
    if (event.type === 'status' && isOneOf(ENDED, event.data.status)) return event.data.status
    if (event.type !== 'gap') continue
    // What is no longer in the event log may have held the end.
    const { status } = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
    if (isOneOf(ENDED, status)) return status
  }
  throw new Error('The event stream ended before the test did.')
}

function tell(event: StreamEvent, watcher: Watcher) {
  if (event.type === 'status') watcher.status(event.data.status, event.data.error)
  if (event.type === 'log') watcher.log(event.data.line)
  if (event.type === 'progress') watcher.progress(event.data)
}

/** Tells a person: states and progress on stderr, log lines on stdout, or there too when stdout is for JSON. */
export const tellPerson = (json: boolean | undefined): Watcher => ({
  status: (state, error) => say(`  ${state}${error ? `: ${plain(error)}` : ''}`),
  log: (line) => (json ? say : print)(`  │ ${plain(line)}`),
  progress: ({ done, total, label }) =>
    say(`  ${label ? `${plain(label)} · ` : ''}${done}/${total} requests`),
})
