import type { Deps } from '../deps.ts'
import { type AuditRow, insertAudit } from './row.ts'

type Refused = Omit<AuditRow, 'at' | 'outcome'>

/** Refused changes that are kept until they are written, each kind once. */
const WAITING_MAX = 100
/** How soon the first of some is written, and how long the next ones are counted together. In milliseconds. */
const SOON_MS = 1000
const TOGETHER_MS = 60_000
/** Rows that a burst may write, and rows an hour after that: a flood must not fill the database. */
const BURST = 100
const AN_HOUR = 20
const HOUR_MS = 3_600_000

/**
 * Keeps refused changes in the audit, away from the requests: the same by the same caller are counted, and beyond a
 * number of rows only how many there were is written.
 */
export function createRefusals(deps: Pick<Deps, 'background' | 'clock' | 'log' | 'write'>) {
  const waiting = new Map<string, { row: AuditRow; count: number }>()
  let more = 0
  let left = BURST
  let refilledAt = deps.clock.monotonic()
  let writtenAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | undefined
  deps.background.signal.addEventListener('abort', () => cancel?.())

  const arm = (ms: number) => {
    if (cancel || deps.background.signal.aborted) return
    cancel = deps.clock.after(ms, () => {
      cancel = undefined
      void flush()
    })
  }
  const refill = () => {
    const now = deps.clock.monotonic()
    left = Math.min(BURST, left + ((now - refilledAt) / HOUR_MS) * AN_HOUR)
    refilledAt = now
  }
  const flush = async () => {
    refill()
    const rows: AuditRow[] = []
    for (const { row, count } of waiting.values()) {
      if (left < 2) more += count
      else {
        left--
        rows.push(count === 1 ? row : { ...row, summary: `${row.summary} (${count} times)` })
      }
    }
    waiting.clear()
    if (more > 0 && left >= 1) {
      left--
      rows.push(uncounted(deps.clock.now(), more))
      more = 0
    }
    writtenAt = deps.clock.monotonic()
    if (more > 0) arm(HOUR_MS / AN_HOUR)
    if (rows.length === 0) return
    try {
      await deps.write(async (tx) => {
        for (const row of rows) await insertAudit(tx, row)
      })
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'refused changes could not be kept in the audit')
    }
  }

  return {
    note(refused: Refused): void {
      const key = `${refused.actor}\n${refused.action}\n${refused.target}\n${refused.address}\n${refused.summary}`
      const known = waiting.get(key)
      if (known) known.count++
      else if (waiting.size >= WAITING_MAX) more++
      else waiting.set(key, { row: { ...refused, at: deps.clock.now(), outcome: 'refused' }, count: 1 })
      const ago = deps.clock.monotonic() - writtenAt
      arm(ago >= TOGETHER_MS ? SOON_MS : TOGETHER_MS - ago)
    },
  }
}

export type Refusals = ReturnType<typeof createRefusals>

const uncounted = (at: number, more: number): AuditRow => ({
  ...{ at, actor: '', action: '', target: '', address: '', outcome: 'refused' },
  summary: `${more} more changes were refused; their callers are not kept`,
})
