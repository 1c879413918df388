import type { Sha256 } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { NO_SETUP } from '../setups/judging/group.ts'
import { partsOf } from '../setups/key.ts'
import { inTurns } from '../turns.ts'
import type { JudgedRun } from './runs.ts'
import type { LeftOut } from './schema.ts'

/** A setup's value of a metric over its runs. */
export type Spread = { n: number; mean: number; min: number; max: number }

/** A setup with what its runs measured. */
export type MeasuredSetup = { setup_id: string; label: string; runs: number; metrics: Map<string, Spread> }

/** Setups with the number of results in them, and of those that are in none. */
type Measured = { setups: MeasuredSetup[]; results: number; leftOut: LeftOut }

/** The most setups of a report for CI. */
const SETUPS_MAX = 5000

/**
 * What the runs of each setup measured. Runs that statistics leave out (failed, throttled, …) are left out here too;
 * a result of which no part remains is counted by its first reason.
 * @throws BadRequest for more setups than fit into one document
 */
export async function measuredSetups(
  groups: AsyncIterable<readonly JudgedRun[]>,
  sha256: Sha256,
): Promise<Measured> {
  const setups = new Map<string, MeasuredSetup>()
  const leftOut = new Map<string, number>()
  let results = 0
  for await (const runs of groups) {
    for await (const one of inTurns(runs)) {
      const { used, reason } = usedParts(one, sha256)
      for (const part of used) addPart(setups, part)
      if (used.length > 0) results += 1
      else leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1)
    }
  }
  const byCount = [...leftOut].sort(([, a], [, b]) => b - a)
  return { setups: withOwnLabels([...setups.values()]), results, leftOut: Object.fromEntries(byCount) }
}

type Part = ReturnType<typeof partsOf>[number]

/** The parts that statistics use; where the index of setups has the result, by what it says. */
function usedParts({ run, document, setups }: JudgedRun, sha256: Sha256): { used: Part[]; reason: string } {
  const { agent_id, simulated, clock_offset_ms } = run
  const parts = partsOf(document, { agent_id, simulated: simulated === 1, clock_offset_ms }, sha256)
  const judged = parts.map((part) => {
    const known = setups?.find(({ setup_id }) => setup_id === part.setup_id)
    const [reason] = known?.reasons ?? part.reasons
    return { part, reason: reason ?? (part.values.length === 0 ? 'no_values' : undefined) }
  })
  return {
    used: judged.flatMap(({ part, reason }) => (reason === undefined ? [part] : [])),
    reason: judged[0]?.reason ?? NO_SETUP,
  }
}

/** @throws BadRequest for more setups than fit into one document */
function addPart(setups: Map<string, MeasuredSetup>, { setup_id, label, values }: Part) {
  const setup = setups.get(setup_id) ?? { setup_id, label, runs: 0, metrics: new Map() }
  if (setups.size >= SETUPS_MAX && !setups.has(setup_id))
    throw new BadRequest(`These results have more than ${SETUPS_MAX} setups. Choose fewer results.`)
  setups.set(setup_id, setup)
  setup.runs += 1
  for (const { metric, value } of values) add(setup.metrics, metric, value)
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
