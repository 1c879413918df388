import type { Outbox } from './outbox.ts'

const FLUSH_MS = 200
const CHUNK_LINES = 500

/** Collects the log lines of an attempt and sends them in numbered chunks. */
export function createLog(outbox: Outbox, wire_id: string, flushMs = FLUSH_MS) {
  let seq = outbox.nextSeq(wire_id)
  const lines: { seq: number; line: string }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    while (lines.length > 0) outbox.push({ kind: 'log', wire_id, lines: lines.splice(0, CHUNK_LINES) })
  }
  return {
    write(line: string) {
      lines.push({ seq: seq++, line })
      if (lines.length >= CHUNK_LINES) flush()
      else timer ??= setTimeout(flush, flushMs)
    },
    flush,
  }
}
