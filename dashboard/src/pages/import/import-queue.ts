import { ApiError } from '../../../../app/client/client.ts'
import type { FileImported } from '../../../../app/results/import-schema.ts'
import { NO_RESULT } from '../../../../lib/result-files.ts'

/** A file that was dropped; `found` in a folder, where much is no result. */
export type Dropped = { path: string; file: File; found: boolean }

/**
 * `waiting` for its check, `queued` for its import · `refused`: the server cannot take it · `failed`: it was not sent,
 * and can be again.
 */
export type FileState =
  | 'waiting'
  | 'checking'
  | 'checked'
  | 'queued'
  | 'importing'
  | 'done'
  | 'refused'
  | 'failed'

export type Entry = Dropped & {
  id: number
  state: FileState
  /** What the server found in it; of `done`, what it stored. */
  answer?: FileImported
  /** Why it is refused or failed, as a sentence. */
  problem?: string
}

export type Snapshot = {
  entries: readonly Entry[]
  /** Files of folders that hold no result. */
  skipped: number
  /** Files on their way. */
  busy: number
}

/** What is told of every file, as query parameters. */
export type Facts = Record<string, string | string[]>

/** Sends a file. @throws ApiError; TypeError without a connection */
export type Send = (
  entry: Dropped,
  how: { dryRun: boolean; facts: Facts },
) => Promise<FileImported | { id: string; created: boolean }>

const MIB = 1024 * 1024
/** The largest file in bytes; the server takes 64 MiB at once, larger ones are compressed on their way. */
const FILE_MAX = 128 * MIB
/** Larger files are sent one at a time. */
const LARGE = 4 * MIB
/** Files on their way at once. */
const PARALLEL = 3
/** The most files at once. */
export const FILES_MAX = 1000
const TRIES = 6
/** The page is told of changes at most this often, ms. */
const TELL_MS = 80

/** Checks dropped files one after another, then imports them; at most some are on their way at once. */
export class ImportQueue {
  readonly #send: Send
  readonly #pause: (ms: number) => Promise<void>
  readonly #listeners = new Set<() => void>()
  #entries: Entry[] = []
  #facts: Facts = {}
  #skipped = 0
  #next = 1
  #running = 0
  #large = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #snapshot: Snapshot = { entries: [], skipped: 0, busy: 0 }

  constructor(send: Send, pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))) {
    this.#send = send
    this.#pause = pause
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): Snapshot => this.#snapshot

  /** Adds files and checks them; one that is there already is checked anew. @returns how many were too many */
  add(files: readonly Dropped[]): number {
    const paths = new Set(files.map(({ path }) => path))
    this.#entries = this.#entries.filter(({ path, state }) => !paths.has(path) || isUnderWay(state))
    const there = new Set(this.#entries.map(({ path }) => path))
    const fresh = files.filter(({ path }) => !there.has(path))
    const taken = fresh.slice(0, Math.max(0, FILES_MAX - this.#entries.length))
    this.#entries.push(...taken.map((file): Entry => ({ ...file, id: this.#next++, ...firstState(file) })))
    this.#changed()
    this.#pump()
    return fresh.length - taken.length
  }

  /** Imports files that were checked, or again where runs lacked something. */
  importAll(ids: readonly number[], facts: Facts) {
    this.#facts = facts
    const chosen = new Set(ids)
    for (const { id, state } of this.#entries)
      if (chosen.has(id) && (state === 'checked' || state === 'done')) this.#change(id, { state: 'queued' })
    this.#pump()
  }

  /** Sends again what was not sent. */
  retry() {
    for (const { id, state, answer } of this.#entries)
      if (state === 'failed') this.#change(id, { state: answer ? 'queued' : 'waiting' })
    this.#pump()
  }

  remove(id: number) {
    this.#entries = this.#entries.filter((entry) => entry.id !== id)
    this.#changed()
  }

  clear() {
    this.#entries = []
    this.#skipped = 0
    this.#changed()
  }

  #pump() {
    for (const entry of [...this.#entries]) {
      if (this.#running >= PARALLEL) return
      const isLarge = entry.file.size > LARGE
      if (isLarge && this.#large > 0) continue
      if (entry.state === 'waiting' || entry.state === 'queued') void this.#run(entry, isLarge)
    }
  }

  async #run(entry: Entry, isLarge: boolean) {
    const dryRun = entry.state === 'waiting'
    this.#running++
    if (isLarge) this.#large++
    this.#change(entry.id, { state: dryRun ? 'checking' : 'importing' })
    try {
      const answer = await this.#answer(entry, dryRun)
      const whole = 'runs' in answer ? answer : ownAnswer(entry, answer)
      this.#change(entry.id, { answer: whole, state: dryRun ? 'checked' : 'done' })
    } catch (error) {
      this.#fail(entry, error)
    } finally {
      this.#running--
      if (isLarge) this.#large--
      this.#changed()
      this.#pump()
    }
  }

  /** The answer to a file; a server that is full is asked again. */
  async #answer(entry: Entry, dryRun: boolean) {
    for (let tries = 1; ; tries++) {
      try {
        await readable(entry.file)
        return await this.#send(entry, { dryRun, facts: dryRun ? {} : this.#facts })
      } catch (error) {
        const isFull = error instanceof ApiError && (error.status === 503 || error.status === 429)
        if (!isFull || tries === TRIES) throw error
        await this.#pause(Math.min(30, error.retryAfterS ?? 2) * 1000)
      }
    }
  }

  #fail(entry: Entry, error: unknown) {
    const isOfFile =
      error instanceof Unreadable || (error instanceof ApiError && [400, 413].includes(error.status))
    if (isOfFile && entry.found && NO_RESULT.test(error.message)) {
      this.#skipped++
      return this.remove(entry.id)
    }
    this.#change(entry.id, { state: isOfFile ? 'refused' : 'failed', problem: sentenceOf(error) })
  }

  #change(id: number, change: Partial<Entry>) {
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...without(entry), ...change } : entry))
    this.#changed()
  }

  #changed() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      const busy = this.#entries.filter(({ state }) => isUnderWay(state)).length
      this.#snapshot = { entries: this.#entries, skipped: this.#skipped, busy }
      for (const listener of this.#listeners) listener()
    }, TELL_MS)
  }
}

const isUnderWay = (state: FileState) => ['waiting', 'checking', 'queued', 'importing'].includes(state)

const without = ({ problem: _, ...entry }: Entry): Entry => entry

function firstState({ file }: Dropped): Pick<Entry, 'state' | 'problem'> {
  if (file.size <= FILE_MAX) return { state: 'waiting' }
  const problem = `It is larger than ${FILE_MAX / MIB} MiB. Import it in parts.`
  return { state: 'refused', problem }
}

class Unreadable extends Error {}

/** @throws Unreadable for what only looks like a file, or is gone since */
async function readable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch {
    throw new Unreadable('It cannot be read: it was moved or changed, or it is no file. Drop it again.')
  }
}

/** KITT's own documents are answered with their id alone. */
function ownAnswer({ answer }: Entry, { id, created }: { id: string; created: boolean }): FileImported {
  const known = answer as FileImported
  const state = created ? ('stored' as const) : ('known' as const)
  return { ...known, dry_run: false, runs: known.runs.map((run) => ({ ...run, result_id: id, state })) }
}

function sentenceOf(error: unknown): string {
  if (error instanceof TypeError) return 'The server did not answer.'
  const detail = error instanceof ApiError ? error.details?.[0] : undefined
  const message = error instanceof Error ? error.message : String(error)
  return detail && !NO_RESULT.test(message) ? `${detail.path} ${detail.message}` : message
}
