import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../../lib/write-file.ts'
import { JournalDisk } from './journal-disk.ts'
import { Message } from './messages.ts'

/** Undelivered messages on disk, in order. */
export type Journal = {
  /** Messages left by an earlier process, oldest first. */
  readonly pending: readonly { n: number; text: string }[]
  /** Queues a message to be written and synced. `text` is its JSON. */
  add(n: number, text: string, message: Message): void
  /** Drops all messages up to `n`. */
  delivered(n: number): void
  nextSeq(wire_id: string): number
  /** Resolves when all messages added so far are on disk. */
  synced(): Promise<void>
  close(): Promise<void>
}

const Line = z.union([
  z.object({ n: z.int(), m: Message }),
  z.object({ d: z.int() }),
  z.object({ seq: z.record(z.string(), z.int()) }),
])
type State = { pending: Map<number, string>; seq: Map<string, number> }

const KEPT_ATTEMPTS = 100

/**
 * Opens the journal at `path`, for one process. Writes are asynchronous; when they fail, messages stay in memory.
 * Records that cannot be read are moved to `damaged` beside it; the others are delivered.
 * @param say logs damaged records and failed writes
 * @throws when the folder or the file cannot be written
 */
export async function openJournal(path: string, say: (line: string) => void): Promise<Journal> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const { state, damaged } = readState(path)
  if (damaged.length > 0) setAside(join(dirname(path), 'damaged'), damaged, say)
  const pending = [...state.pending].map(([n, text]) => ({ n, text }))
  const disk = new JournalDisk(path, () => snapshotOf(state), say)
  await disk.rewrite().catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The spool ${path} cannot be written: ${error.code ?? error.message}. Free some space.`)
  })
  const { seq } = state
  return {
    pending,
    add(n, text, message) {
      if (message.kind === 'log') noteSeq(seq, message)
      state.pending.set(n, text)
      disk.append(lineOf(n, text))
    },
    delivered(n) {
      forget(state, n)
      disk.append(`{"d":${n}}\n`)
    },
    nextSeq: (wire_id) => seq.get(wire_id) ?? 0,
    synced: () => disk.idle(),
    close: () => disk.close(),
  }
}

const lineOf = (n: number, text: string) => `{"n":${n},"m":${text}}\n`

const snapshotOf = ({ pending, seq }: State) =>
  `${JSON.stringify({ seq: Object.fromEntries(seq) })}\n${[...pending].map(([n, text]) => lineOf(n, text)).join('')}`

function forget({ pending }: State, upTo: number) {
  for (const n of pending.keys()) {
    if (n > upTo) return
    pending.delete(n)
  }
}

function noteSeq(seq: State['seq'], { wire_id, lines }: Message & { kind: 'log' }) {
  const next = (lines.at(-1)?.seq ?? -1) + 1
  const known = seq.get(wire_id) ?? 0
  // Deleted first, so that the most recent attempt is last in the map.
  seq.delete(wire_id)
  seq.set(wire_id, Math.max(known, next))
  const [oldest] = seq.keys()
  if (seq.size > KEPT_ATTEMPTS && oldest !== undefined) seq.delete(oldest)
}

/** Parses a journal. An incomplete last line, from a crash during a write, is not damage. */
function readState(path: string): { state: State; damaged: string[] } {
  const state: State = { pending: new Map(), seq: new Map() }
  const damaged: string[] = []
  const lines = readText(path).split('\n')
  for (const [at, text] of lines.entries()) {
    const value = parsed(text)
    const line = Line.safeParse(value)
    if (!line.success) {
      const cutOff = at === lines.length - 1 && value === undefined
      if (text !== '' && !cutOff) damaged.push(text)
      continue
    }
    const { data } = line
    if ('seq' in data) state.seq = new Map(Object.entries(data.seq))
    else if ('d' in data) forget(state, data.d)
    else {
      if (data.m.kind === 'log') noteSeq(state.seq, data.m)
      state.pending.set(data.n, JSON.stringify((value as { m: unknown }).m))
    }
  }
  return { state, damaged }
}

function setAside(path: string, damaged: string[], say: (line: string) => void) {
  const records = damaged.length === 1 ? 'A record' : `${damaged.length} records`
  try {
    writeWholeFile(path, `${readText(path)}${damaged.join('\n')}\n`, { mode: 0o600 })
    say(`${records} of the spool cannot be read and will not be delivered; moved to ${path}`)
  } catch (error) {
    say(`${records} of the spool cannot be read, and are lost: ${path} cannot be written: ${String(error)}`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
