import type { Client } from '../../app/client/client.ts'
import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { metricInfo } from '../../app/results/metric-units.ts'
import { ResultDocument } from '../../app/results/schema.ts'
import type { Judgement } from '../../app/setups/schema.ts'
import { mean } from '../../lib/statistics.ts'
import { CommandFailed } from '../terminal/output.ts'
import type { Limit, Observed } from './limits.ts'

/**
 * The values that limits are held against: those that were judged, by setup; any other metric is looked for in the
 * documents of the candidate's results. @throws CommandFailed if one of those failed
 */
export async function observedFor(
  { api }: Client,
  limits: readonly Limit[],
  judgement: Judgement | undefined,
  ids: readonly string[],
): Promise<Observed[]> {
  const known = (judgement?.metrics ?? []).flatMap((metric) => observedIn(metric, judgement?.setups ?? []))
  const others = limits.filter(({ metric }) => !known.some((one) => one.metric === metric))
  if (others.length === 0) return known
  const values = new Map<string, number[]>()
  let setup = ''
  for (const id of ids) {
    const document = await (await api.v1.results[':id'].$get({ param: { id } })).json()
    if (document['passed'] === false) throw new CommandFailed(`The result ${id} cannot be judged: it failed.`)
    setup = `${document.model} · ${document.engine}`
    const own = headlines(metricLeaves(ResultDocument.parse(document)))
    for (const { metric } of others) {
      const value = own.get(metric)
      if (value !== undefined) values.set(metric, [...(values.get(metric) ?? []), value])
    }
  }
  const found = [...values].map(([metric, of]) => ({
    ...{ setup, metric, unit: metricInfo(metric).unit, mean: mean(of), n: of.length, sd: null },
  }))
  return [...known, ...found]
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
