import { sleepUntil, yieldToIo } from '../pacing.ts'
import { createRandom } from '../random.ts'
import type { RequestRecord } from '../request/record.ts'
import { createStop, type Stop, type StopReason, type StopRules } from './stop-rules.ts'

/** Closed loop: a constant number in flight. Open loop: at planned times, with at most `ceiling` in flight. */
export type LoadPlan =
  | { loop: 'closed'; concurrency: number }
  | { loop: 'open'; arrivals: Iterable<number>; ceiling: number }

/** Sends request `index` (from 0) now; `due` is its planned time in an open loop. Never rejects. */
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

/** Sends until a stop rule applies, then awaits the requests in flight. Records are in the order they ended. */
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

/** Keeps `concurrency` requests in flight. */
async function closedLoop(
  concurrency: number,
  stop: Stop,
  one: (index: number, due: null) => Promise<void>,
): Promise<void> {
  const worker = async (first: number) => {
    for (let index: number | null = first; index !== null; index = stop.next()) {
      await one(index, null)
      // Lets the end of the answer's body free its connection first.
      await yieldToIo()
    }
  }
  const workers: Promise<void>[] = []
  for (let i = 0; i < concurrency; i++) {
    const index = stop.next()
    if (index === null) break
    workers.push(worker(index))
    // Sends one before the next one's clock starts: it must not include the time to send the others.
    await yieldToIo()
  }
  await Promise.all(workers)
}

/**
 * Sends at the planned times (`arrivals`: ms from the start, ascending), however slow the engine is. At the ceiling
 * requests wait in order; `due` is their planned time.
 */
async function openLoop(
  plan: { arrivals: Iterable<number>; ceiling: number },
  stop: Stop,
  one: (index: number, due: number) => Promise<void>,
): Promise<void> {
  const inFlight = new Set<Promise<void>>()
  let wake = () => {}
  stop.signal.addEventListener('abort', () => wake())
  for (const offset of plan.arrivals) {
    const due = stop.started + offset
    await sleepUntil(due, stop.signal, true)
    while (inFlight.size >= plan.ceiling && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const index = stop.next()
    if (index === null) break
    const flight: Promise<void> = one(index, due).finally(() => {
      inFlight.delete(flight)
      wake()
    })
    inFlight.add(flight)
  }
  await Promise.all(inFlight)
}

/** Arrival times at a constant `rate` per second, ms from the start, endless: 0, 1000/rate, … */
export function* constantArrivals(rate: number): Generator<number> {
  for (let i = 0; ; i++) yield (i * 1000) / rate
}

/** Poisson arrivals, ms from the start, endless: exponential gaps with a mean of 1/`rate` seconds. */
export function* poissonArrivals(rate: number, seed: number): Generator<number> {
  const random = createRandom(seed)
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) * 1000) / rate
    yield at
  }
}
