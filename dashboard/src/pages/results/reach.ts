import type { ComparableResults } from '../../../../app/setups/schema.ts'

type Part = Pick<ComparableResults['setups'][number], 'same'>

/** Runs that a result is compared with at once: with itself they fit side by side. */
const REFERENCE = 4

/**
 * The runs of a setup around one of its results: the one before and the one after, and the valid ones before it that it
 * is compared with, oldest first.
 */
export function reachOf({ same }: Part, { at }: { at: number }) {
  const timed = same.map((run) => ({ ...run, time: Date.parse(run.at) })).sort((a, b) => a.time - b.time)
  const earlier = timed.filter(({ time }) => time <= at)
  return {
    before: earlier.at(-1)?.result_id,
    after: timed.find(({ time }) => time > at)?.result_id,
    reference: earlier
      .filter(({ valid }) => valid)
      .slice(-REFERENCE)
      .map(({ result_id }) => result_id),
  }
}
