import { yieldToIo } from '../pacing.ts'
import type { Stop } from './stop-rules.ts'

/** Keeps `concurrency` requests in flight: whoever gets an answer sends the next one. */
export async function closedLoop(
  concurrency: number,
  stop: Stop,
  one: (index: number, due: null) => Promise<void>,
): Promise<void> {
  const worker = async (first: number) => {
    for (let index: number | null = first; index !== null; index = stop.next()) {
      await one(index, null)
      // The end of the answer's body, if it came with the last token, gives its connection back first.
      await yieldToIo()
    }
  }
  const workers: Promise<void>[] = []
  for (let i = 0; i < concurrency; i++) {
    const index = stop.next()
    if (index === null) break
    workers.push(worker(index))
    // Each leaves the process before the next one's clock starts, or the last would time the first ones' sending.
    await yieldToIo()
  }
  await Promise.all(workers)
}
