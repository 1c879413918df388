import { sleepUntil } from '../pacing.ts'
import type { Stop } from './stop-rules.ts'

/**
 * Sends at the planned times (`arrivals`: ms from the start, ascending), however slow the engine is. At
 * the ceiling requests wait their turn in order, and their `due` tells how long they did.
 */
export async function openLoop(
  plan: { arrivals: Iterable<number>; ceiling: number },
  stop: Stop,
  one: (index: number, due: number) => Promise<void>,
): Promise<void> {
  const flying = new Set<Promise<void>>()
  let wake = () => {}
  stop.signal.addEventListener('abort', () => wake())
  for (const offset of plan.arrivals) {
    const due = stop.started + offset
    await sleepUntil(due, stop.signal, true)
    while (flying.size >= plan.ceiling && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const index = stop.next()
    if (index === null) break
    const flight: Promise<void> = one(index, due).finally(() => {
      flying.delete(flight)
      wake()
    })
    flying.add(flight)
  }
  await Promise.all(flying)
}
