import { asList, asNumber, asObject, asText, type Loose, numbersOf } from './loose.ts'

/** One point of a sweep: what was offered, and what came of it. */
export type CurvePoint = { key: string; load: string; numbers: Map<string, number> }

/** The curve of a document's sweep, from the lowest output on; empty where it holds none. */
export function curveOf(document: Loose): CurvePoint[] {
  const runs = asList(document['results']).map(asObject)
  const curve = runs.map((run) => asList(asObject(run['metrics'])['curve'])).find((list) => list.length > 0)
  const points = (curve ?? []).map((item, i) => pointOf(asObject(item), i))
  return points.sort((a, b) => (a.numbers.get('output_tps') ?? 0) - (b.numbers.get('output_tps') ?? 0))
}

function pointOf(item: Loose, index: number): CurvePoint {
  const rate = asNumber(item['rate_rps'])
  const load = rate === undefined ? (asText(item['mode']) ?? '') : `${rate.toFixed(2)} requests/s`
  return { key: `${index} ${load}`, load, numbers: new Map(numbersOf(item)) }
}
