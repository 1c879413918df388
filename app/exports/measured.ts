import type { Sha256 } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { partsOf } from '../setups/key.ts'
import { inTurns } from '../turns.ts'
import type { ReadRun } from './runs.ts'

/** A setup's value of a metric over its runs. */
export type Spread = { n: number; mean: number; min: number; max: number }

/** A setup with what its runs measured. */
export type MeasuredSetup = { setup_id: string; label: string; runs: number; metrics: Map<string, Spread> }

/** The most setups of a report for CI. */
const SETUPS_MAX = 5000

/**
 * What the runs of each setup measured. Runs that statistics leave out (failed, throttled, …) are left out here too.
 * @throws BadRequest for more setups than fit into one document
 */
export async function measuredSetups(
  groups: AsyncIterable<readonly ReadRun[]>,
  sha256: Sha256,
): Promise<MeasuredSetup[]> {
  const setups = new Map<string, MeasuredSetup>()
  for await (const runs of groups) {
    for await (const { run, document } of inTurns(runs)) {
      const { agent_id, simulated, clock_offset_ms } = run
      const parts = partsOf(document, { agent_id, simulated: simulated === 1, clock_offset_ms }, sha256)
      for (const { setup_id, label, reasons, values } of parts) {
        if (reasons.length > 0 || values.length === 0) continue
        const setup = setups.get(setup_id) ?? { setup_id, label, runs: 0, metrics: new Map() }
        if (setups.size >= SETUPS_MAX && !setups.has(setup_id))
          throw new BadRequest(`These results have more than ${SETUPS_MAX} setups. Choose fewer results.`)
        setups.set(setup_id, setup)
        setup.runs += 1
        for (const { metric, value } of values) add(setup.metrics, metric, value)
      }
    }
  }
  return withOwnLabels([...setups.values()])
}

function add(metrics: Map<string, Spread>, metric: string, value: number) {
  const known = metrics.get(metric)
  if (known === undefined) return metrics.set(metric, { n: 1, mean: value, min: value, max: value })
  known.n += 1
  known.mean += (value - known.mean) / known.n
  known.min = Math.min(known.min, value)
  known.max = Math.max(known.max, value)
}

/** Setups of one label differ in what it does not say, such as the host: their id tells them apart. */
function withOwnLabels(setups: MeasuredSetup[]): MeasuredSetup[] {
  const count = new Map<string, number>()
  for (const { label } of setups) count.set(label, (count.get(label) ?? 0) + 1)
  return setups.map((setup) =>
    (count.get(setup.label) ?? 0) > 1 ? { ...setup, label: `${setup.label} · ${setup.setup_id}` } : setup,
  )
}
