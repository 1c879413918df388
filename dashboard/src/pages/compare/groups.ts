import type { RunGroup as Told } from '../../../../app/setups/schema.ts'
import { resultsApart } from '../../lib/apart.ts'
import { plural } from '../../lib/format.ts'
import type { ResultView } from '../../lib/result.ts'
import { localDay } from '../../lib/time.ts'

/** Runs of one setup on one version of its engine: one side of a verdict. */
export type RunGroup = { key: string; label: string; ids: string[]; setupIds: string[] }

/** The groups that the server tells, in words, that of the first result first. */
export function namedGroups(
  groups: readonly Told[],
  results: readonly ResultView[],
  agentName: (id: string | null) => string,
): RunGroup[] {
  const lists = groups.map(({ ids }) => results.filter(({ id }) => ids.includes(id)))
  const nameOf = ({ model, engine, engineVersion, agentId }: ResultView) =>
    [model, [engine, engineVersion].filter(Boolean).join(' '), agentName(agentId)].filter(
      (part) => part !== '–',
    )
  const firsts = lists.flatMap((list) => list[0] ?? [])
  const texts = resultsApart(firsts, (one) => nameOf(one).join('\n'), agentName)
  return groups.map(({ ids, setup_ids }, i) => {
    const [first, ...more] = lists[i] ?? []
    const about = first
      ? [...nameOf(first), texts[firsts.indexOf(first)], whenOf(first, more.length + 1)]
      : []
    return { key: ids.join(), ids, setupIds: setup_ids, label: about.filter(Boolean).join(' · ') }
  })
}

const whenOf = ({ at }: ResultView, runs: number) => (runs > 1 ? plural(runs, 'run') : localDay(at))
