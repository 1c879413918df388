import type { Deps } from '../../deps.ts'
import type { Verdicts } from '../../results/compare.ts'
import { nextTurn } from '../../turns.ts'
import type { Comparable, Verdict } from '../schema.ts'
import { judge } from './judge.ts'
import { runGroups } from './run-groups.ts'

const LEVELS = ['same', 'remarks', 'not_comparable'] as const

/**
 * The verdicts on single results against the first. A run against a run tells only with the noise of at least five
 * others of the setup; without them each is `unclear`. A metric that a result has in several setups has no verdict.
 */
export async function compareVerdicts(deps: Pick<Deps, 'db'>, ids: readonly string[]): Promise<Verdicts> {
  const [first = '', ...others] = ids
  const found = new Map<string, Map<string, Verdict | null>>()
  const all: { id: string; comparable: Comparable }[] = []
  for (const id of others) {
    const request = { base: { ids: [first] }, candidate: { ids: [id] } }
    const { comparable, metrics } = await judge(deps, request, { singles: true })
    const verdicts = new Map<string, Verdict | null>()
    for (const { name, verdict } of metrics) verdicts.set(name, verdicts.has(name) ? null : verdict)
    found.set(id, verdicts)
    all.push({ id, comparable })
    await nextTurn()
  }
  const groups = await runGroups(deps.db.read, ids)
  return { comparable: together(all), groups, of: (id, metric) => found.get(id)?.get(metric) ?? null }
}

/** The least comparable of all decides; remarks name their result if there are several. */
function together(all: { id: string; comparable: Comparable }[]): Comparable {
  const level = all.reduce((most, { comparable }) => Math.max(most, LEVELS.indexOf(comparable.level)), 0)
  const differs = new Map(
    all.flatMap(({ comparable }) => comparable.differs).map((one) => [JSON.stringify(one), one]),
  )
  const remarks = all.flatMap(({ id, comparable }) =>
    comparable.remarks.map((remark) => (all.length > 1 ? `${id}: ${remark}` : remark)),
  )
  return { level: LEVELS[level] ?? 'same', differs: [...differs.values()], remarks: [...new Set(remarks)] }
}
