import type { Client } from '../../app/client/client.ts'
import { metricInfo } from '../../app/results/metric-units.ts'
import type { Judgement } from '../../app/setups/schema.ts'
import { mean } from '../../lib/statistics.ts'
import { CommandFailed } from '../terminal/output.ts'
import { measuredBy } from './known-metrics.ts'
import type { Limit, Observed } from './limits.ts'

/**
 * The values that limits are held against: those that were judged, by setup; any other metric is looked for in the
 * documents of the candidate's results. `names`: the metrics that those have, where they were looked at.
 * @throws CommandFailed if one of those failed
 */
export async function observedFor(
  client: Client,
  limits: readonly Limit[],
  judgement: Judgement | undefined,
  ids: readonly string[],
): Promise<{ observed: Observed[]; names: string[] }> {
  const known = (judgement?.metrics ?? []).flatMap((metric) => observedIn(metric, judgement?.setups ?? []))
  const others = limits.filter(({ metric }) => !known.some((one) => one.metric === metric))
  if (others.length === 0) return { observed: known, names: [] }
  const values = new Map<string, number[]>()
  const names = new Set<string>()
  let setup = ''
  for (const id of ids) {
    const { document, values: own } = await measuredBy(client, id)
    if (document['passed'] === false) throw new CommandFailed(`The result ${id} cannot be judged: it failed.`)
    setup = `${document.model} · ${document.engine}`
    for (const name of own.keys()) names.add(name)
    for (const { metric } of others) {
      const value = own.get(metric)
      if (value !== undefined) values.set(metric, [...(values.get(metric) ?? []), value])
    }
  }
  const found = [...values].map(([metric, of]) => ({
    ...{ setup, metric, unit: metricInfo(metric).unit, mean: mean(of), n: of.length, sd: null },
  }))
  return { observed: [...known, ...found], names: [...names] }
}

function observedIn(
  { setup_id, name, unit, candidate }: Judgement['metrics'][number],
  setups: Judgement['setups'],
): Observed[] {
  const { mean: value, n, sd } = candidate
  if (value === null) return []
  const setup = setups.find((one) => one.setup_id === setup_id)?.label ?? ''
  return [{ setup, metric: name, unit, mean: value, n, sd }]
}
