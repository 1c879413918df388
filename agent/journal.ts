import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { JournalDisk } from './journal-disk.ts'
import type { Message } from './messages.ts'

/** Messages on disk, in order, until they are delivered. */
export type Journal = {
  /** What an earlier process left undelivered, oldest first. */
  readonly pending: readonly { n: number; text: string }[]
  /** Keeps a message; it is on disk soon after, synced. `text` is its JSON. */
  add(n: number, text: string, message: Message): void
  /** Everything up to `n` is delivered. */
  delivered(n: number): void
  nextSeq(wire_id: string): number
  /** Resolves when all that was kept so far is on disk. */
  synced(): Promise<void>
  close(): Promise<void>
}

const Line = z.union([
  z.object({ n: z.number(), m: z.object({ kind: z.string() }).loose() }),
  z.object({ d: z.number() }),
  z.object({ seq: z.record(z.string(), z.number()) }),
])
type State = { pending: Map<number, string>; seq: Map<string, number> }

const KEPT_ATTEMPTS = 100

/**
 * Opens the journal at `path`; only one process may have it. Writing is done beside the work, never in its way.
 * @param say told when the disk does not take what is written; the messages are kept in memory then
 * @throws where the folder or the file cannot be written
 */
export async function openJournal(path: string, say: (line: string) => void): Promise<Journal> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const state = readState(path)
  const pending = [...state.pending].map(([n, text]) => ({ n, text }))
  const disk = new JournalDisk(path, () => wholeFile(state), say)
  await disk.rewrite()
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

const wholeFile = ({ pending, seq }: State) =>
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
  // Deleted first, so that the attempt heard of last stands last.
  seq.delete(wire_id)
  seq.set(wire_id, Math.max(known, next))
  const [oldest] = seq.keys()
  if (seq.size > KEPT_ATTEMPTS && oldest !== undefined) seq.delete(oldest)
}

/** What a file says; a line cut off by the end of its writer ends it. */
function readState(path: string): State {
  const state: State = { pending: new Map(), seq: new Map() }
  for (const text of readText(path).split('\n')) {
    const line = Line.safeParse(parsed(text))
    if (!line.success) continue
    const { data } = line
    if ('seq' in data) state.seq = new Map(Object.entries(data.seq))
    else if ('d' in data) forget(state, data.d)
    else {
      const message = data.m as unknown as Message
      if (message.kind === 'log') noteSeq(state.seq, message)
      state.pending.set(data.n, text.slice(text.indexOf('"m":') + 4, -1))
    }
  }
  return state
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
