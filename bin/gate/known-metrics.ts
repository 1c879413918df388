import type { Client } from '../../app/client/client.ts'
import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { ResultDocument } from '../../app/results/schema.ts'
import type { Judgement } from '../../app/setups/schema.ts'
import { nearest } from '../../lib/nearest.ts'
import { UsageError } from '../terminal/output.ts'

/** The results of each side in which a metric is looked for. */
const LOOKED_AT = 10

/** A stored result, and its metrics by name. */
export async function measuredBy({ api }: Client, id: string) {
  const document = await (await api.v1.results[':id'].$get({ param: { id } })).json()
  return { document, values: headlines(metricLeaves(ResultDocument.parse(document))) }
}

/**
 * A metric that no result has would be judged by nothing, and a slip of the keyboard could pass a candidate that is worse.
 * @throws UsageError with the nearest name
 */
export async function requireMetrics(
  client: Client,
  { metrics, runs }: Judgement,
  asked: readonly string[] = [],
): Promise<void> {
  const unjudged = asked.filter((name) => !metrics.some((metric) => metric.name === name))
  const ids = [...runs.candidate.slice(0, LOOKED_AT), ...runs.base.slice(0, LOOKED_AT)]
  if (unjudged.length === 0 || ids.length === 0) return
  const known = new Set<string>()
  for (const id of ids) for (const name of (await measuredBy(client, id)).values.keys()) known.add(name)
  const unknown = unjudged.find((name) => !known.has(name))
  if (unknown === undefined) return
  const meant = meantMetric(unknown, [...known])
  throw new UsageError(
    `There is no metric "${unknown}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
  )
}

/**
 * The metric that is most likely meant; of a distribution also by its own name alone.
 * @example meantMetric('ttft.p95', ['ttft_ms.p95', 'ttft_ms.p50']) // 'ttft_ms.p95'
 */
export function meantMetric(name: string, known: readonly string[]): string | undefined {
  const [, own = '', statistic = ''] = /^(.+)(\.[^.]+)$/.exec(name) ?? []
  const others = known.flatMap((one) => (one.endsWith(statistic) ? one.slice(0, -statistic.length) : []))
  const meant = statistic === '' ? undefined : nearest(own, others)
  return nearest(name, known) ?? (meant === undefined ? undefined : `${meant}${statistic}`)
}
