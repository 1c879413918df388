import type { RunGroup as Told } from '../../../../app/setups/schema.ts'
import { plural } from '../../lib/format.ts'
import type { ResultView } from '../../lib/result.ts'
import { localDay } from '../../lib/time.ts'

/** Runs of one setup on one version of its engine: one side of a verdict. */
export type RunGroup = { key: string; label: string; ids: string[] }

/** The groups that the server tells, in words, that of the first result first. */
export function namedGroups(
  groups: readonly Told[],
  results: readonly ResultView[],
  agentName: (id: string | null) => string,
): RunGroup[] {
  return groups.map(({ ids }) => ({
    ...{ key: ids.join(), ids },
    label: labelOf(
      results.filter(({ id }) => ids.includes(id)),
      agentName,
    ),
  }))
}

function labelOf(list: ResultView[], agentName: (id: string | null) => string): string {
  const [first] = list
  if (!first) return ''
  const { model, engine, engineVersion, agentId, at } = first
  const when = list.length > 1 ? plural(list.length, 'run') : localDay(at)
  return [model, [engine, engineVersion].filter(Boolean).join(' '), agentName(agentId), when]
    .filter((part) => part !== '–')
    .join(' · ')
}
