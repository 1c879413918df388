import type { Client, StreamEvent } from '../../app/client/client.ts'
import { defined } from '../../lib/defined.ts'
import { ENDED, isOneOf } from '../../lib/states.ts'
import { createFollowing } from '../terminal/live.ts'
import { clearLine, print, say } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'

/** The callbacks of a test that is followed. */
export type Watcher = {
  status(status: string, error: string | null): void
  log(line: string): void
  progress(progress: {
    done: number
    total: number
    unit?: 'requests' | 'percent' | undefined
    label?: string | undefined
    metrics?: Record<string, number>
  }): void
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
  if (event.type === 'progress') watcher.progress({ ...event.data, metrics: numbersIn(event.data.metrics) })
}

const numbersIn = (metrics: object): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics).filter((pair): pair is [string, number] => typeof pair[1] === 'number'),
  )

/**
 * Prints log lines on stdout, states and progress on stderr, where one line is redrawn on a terminal; with JSON output
 * all go to stderr. `end` clears that line.
 */
export function printEvents(json: boolean | undefined): Watcher & { end(): void } {
  const live = createFollowing()
  return {
    status: (state, error) => live.log(`  ${state}${error ? `: ${error}` : ''}`),
    log(line) {
      // On a terminal both streams are one: the line of progress must make room.
      if (json || process.stdout.isTTY) live.log(`  │ ${line}`)
      else print(`  │ ${plain(line)}`)
    },
    progress: ({ done, total, unit, label, metrics }) =>
      live.progress({ done, total, metrics: metrics ?? {}, ...defined({ unit, label }) }),
    end: live.end,
  }
}

/**
 * Runs `work`; Ctrl-C ends only the watching, and says what goes on.
 * @param left what goes on, and how to come back to it or to stop it
 */
export async function whileWatching<T>(left: string, work: () => Promise<T>): Promise<T> {
  const leave = () => {
    clearLine()
    say(left)
    process.exit(130)
  }
  process.once('SIGINT', leave)
  try {
    return await work()
  } finally {
    process.off('SIGINT', leave)
  }
}
