import { useSyncExternalStore } from 'react'

/** One stored line: its event's id, its text, and when it was written (ISO 8601). */
export type LogLine = { id: number; line: string; created_at: string }

/** The lines of one source, in order; lines are only appended. */
export class LogBuffer {
  lines: LogLine[] = []
  /** Increases with every change; the list stays the same object. */
  version = 0
  #listeners = new Set<() => void>()

  /** Appends the lines that are newer than the last one. */
  append(lines: readonly LogLine[]): void {
    let last = this.lines.at(-1)?.id ?? -1
    const before = this.lines.length
    for (const line of lines) {
      if (line.id <= last) continue
      this.lines.push(line)
      last = line.id
    }
    if (this.lines.length === before) return
    this.version++
    for (const listener of this.#listeners) listener()
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

type ReadPage = (after: number) => Promise<{ lines: LogLine[]; next: number | null }>
type OpenLog = { buffer: LogBuffer; readPage: ReadPage; waiting: LogLine[] | undefined }

/** The logs that are shown. For other sources only the last line is kept. */
const open = new Map<string, OpenLog>()
const lastLines = new Map<string, string>()
const lastListeners = new Set<() => void>()
const LAST_KEPT = 500

/** Adds lines from the stream; while stored lines are being read, they are held back. */
export function receiveLines(source: string, lines: readonly LogLine[]): void {
  const log = open.get(source)
  if (log?.waiting) log.waiting.push(...lines)
  else log?.buffer.append(lines)
  const last = lines.at(-1)
  if (!last) return
  lastLines.delete(source)
  lastLines.set(source, last.line)
  if (lastLines.size > LAST_KEPT) lastLines.delete(lastLines.keys().next().value ?? '')
  for (const listener of lastListeners) listener()
}

/** Reads the stored lines after the last known one, page by page, then adds those from the stream. */
async function fill(log: OpenLog): Promise<void> {
  log.waiting ??= []
  for (let after: number | null = log.buffer.lines.at(-1)?.id ?? 0; after !== null; ) {
    const page: Awaited<ReturnType<ReadPage>> = await log.readPage(after)
    log.buffer.append(page.lines)
    after = page.next
  }
  log.buffer.append(log.waiting)
  log.waiting = undefined
}

/** Opens a log of the stored lines and those from the stream. `ready` rejects if it cannot be read. */
export function openLog(source: string, readPage: ReadPage): { buffer: LogBuffer; ready: Promise<void> } {
  const log: OpenLog = { buffer: new LogBuffer(), readPage, waiting: [] }
  open.set(source, log)
  return { buffer: log.buffer, ready: fill(log) }
}

/** Closes a log that is no longer shown. */
export function closeLog(source: string, buffer: LogBuffer): void {
  if (open.get(source)?.buffer === buffer) open.delete(source)
}

/** Reads the missing lines of open logs after an interruption of the stream. */
export const refillLogs = (): Promise<unknown> => Promise.allSettled([...open.values()].map(fill))

/** Records the last stored line of a source, unless a newer one is known. */
export function rememberLastLine(source: string, line: string): void {
  if (lastLines.has(source)) return
  lastLines.set(source, line)
  for (const listener of lastListeners) listener()
}

const subscribeLast = (listener: () => void) => {
  lastListeners.add(listener)
  return () => void lastListeners.delete(listener)
}

/** The last known line of a source. */
export const useLastLine = (source: string): string | undefined =>
  useSyncExternalStore(subscribeLast, () => lastLines.get(source))
