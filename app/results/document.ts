import { type RawMember, rawElements, rawMembers, rawObject } from './raw.ts'
import { BenchmarkResult, type ResultDocument } from './schema.ts'

/** A metric's value within a result: which benchmark and run it belongs to. */
export type Leaf = { benchmark: string; run_number: number; name: string; value: number }

/** The same document without the `outputs` of its benchmarks; undefined where it has none. */
export function withoutOutputs(raw: string): string | undefined {
  if (!raw.includes('"outputs"')) return undefined
  const members = rawMembers(raw).map((member) =>
    member.key === 'results' && member.raw.startsWith('[')
      ? { ...member, raw: stripped(member.raw) }
      : member,
  )
  return rawObject(members)
}

const stripped = (results: string) =>
  `[${rawElements(results)
    .map((item) =>
      item.startsWith('{') ? rawObject(rawMembers(item).filter(({ key }) => key !== 'outputs')) : item,
    )
    .join(',')}]`

/** A document with KITT's own fields in place of any of the same name. */
export function withFields(raw: string, fields: Record<string, unknown>): string {
  const own: RawMember[] = Object.entries(fields).map(([key, value]) => ({ key, raw: JSON.stringify(value) }))
  return rawObject([...rawMembers(raw).filter(({ key }) => !Object.hasOwn(fields, key)), ...own])
}

const MAX_DEPTH = 6
const MAX_LEAVES = 5000

/** Every finite number among the metrics of a result's benchmarks, nested ones under their dotted name. */
export function metricLeaves(document: ResultDocument): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (at: Omit<Leaf, 'name' | 'value'>, name: string, value: unknown, depth: number) => {
    if (leaves.length >= MAX_LEAVES) return
    if (typeof value === 'number') {
      if (Number.isFinite(value) && name.length <= 200) leaves.push({ ...at, name, value })
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MAX_DEPTH) {
      for (const [key, inner] of Object.entries(value))
        walk(at, name ? `${name}.${key}` : key, inner, depth + 1)
    }
  }
  for (const item of Array.isArray(document.results) ? document.results : []) {
    const parsed = BenchmarkResult.safeParse(item)
    if (!parsed.success) continue
    const { test_name, run_number, metrics } = parsed.data
    walk({ benchmark: test_name ?? '', run_number: run_number ?? 1 }, '', metrics, 0)
  }
  // A summary beside the benchmarks says the same again; alone it is all there is.
  if (leaves.length === 0) walk({ benchmark: '', run_number: 0 }, '', document.metrics, 0)
  return leaves
}

/** One value per metric of a run: the mean over its benchmarks and repeats. */
export function headlines(leaves: Leaf[]): Map<string, number> {
  const groups = new Map<string, Leaf[]>()
  for (const leaf of leaves) groups.set(leaf.name, [...(groups.get(leaf.name) ?? []), leaf])
  const mean = (group: Leaf[]) => group.reduce((sum, leaf) => sum + leaf.value, 0) / group.length
  return new Map([...groups].map(([name, group]) => [name, mean(group)]))
}
