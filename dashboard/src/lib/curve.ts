import { formatNumber, withUnit } from './format.ts'
import { asList, asNumber, asObject, asText, type Loose, numbersOf } from './loose.ts'

/** One point of a sweep: the offered load and the measured metrics. */
export type CurvePoint = { key: string; load: string; numbers: Map<string, number> }

/** The points of a document's sweep by output throughput; empty without a sweep. */
export function curveOf(document: Loose): CurvePoint[] {
  const runs = asList(document['results']).map(asObject)
  const curve = runs.map((run) => asList(asObject(run['metrics'])['curve'])).find((list) => list.length > 0)
  const points = (curve ?? []).map((item, i) => pointOf(asObject(item), i))
  return points.sort((a, b) => (a.numbers.get('output_tps') ?? 0) - (b.numbers.get('output_tps') ?? 0))
}

function pointOf(item: Loose, index: number): CurvePoint {
  const rate = asNumber(item['rate_rps'])
  const load = rate === undefined ? (asText(item['mode']) ?? '') : withUnit(formatNumber(rate), 'requests/s')
  return { key: `${index} ${load}`, load, numbers: new Map(numbersOf(item)) }
}
