import type { RequestRecord } from '../request/record.ts'
import { closedLoop } from './closed.ts'
import { openLoop } from './open.ts'
import { createStop, type StopReason, type StopRules } from './stop-rules.ts'

/** How requests are sent: so many always in flight, or at times of their own up to a ceiling in flight. */
export type LoadPlan =
  | { loop: 'closed'; concurrency: number }
  | { loop: 'open'; arrivals: Iterable<number>; ceiling: number }

/** Sends request `index` (from 0) now; `due` is when an open loop had planned it. Never rejects. */
export type Send = (index: number, due: number | null) => Promise<RequestRecord>

export interface LoadResult {
  records: RequestRecord[]
  stopped_by: StopReason
}

export interface RunLoadOptions {
  plan: LoadPlan
  rules: StopRules
  send: Send
  signal?: AbortSignal | undefined
  onRecord?: ((record: RequestRecord) => void) | undefined
}

/** Sends until a stop rule strikes, then awaits what is in flight. Records come in the order they ended. */
export async function runLoad({ plan, rules, send, signal, onRecord }: RunLoadOptions): Promise<LoadResult> {
  const stop = createStop(rules, signal)
  const records: RequestRecord[] = []
  const one = async (index: number, due: number | null) => {
    const record = await send(index, due)
    records.push(record)
    stop.note(record)
    onRecord?.(record)
  }
  try {
    if (plan.loop === 'closed') await closedLoop(plan.concurrency, stop, one)
    else await openLoop(plan, stop, one)
    return { records, stopped_by: stop.reason() ?? 'schedule' }
  } finally {
    stop.dispose()
  }
}
