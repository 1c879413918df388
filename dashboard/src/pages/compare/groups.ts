import { plural } from '../../lib/format.ts'
import type { ResultView } from '../../lib/result.ts'
import { setupOf } from '../../lib/setup.ts'
import { localDay } from '../../lib/time.ts'

/** Results of one setup and one version of its engine: the runs of one side. */
export type RunGroup = { key: string; label: string; ids: string[] }

/** The groups of results, that of the first result first. */
export function groupsOf(
  results: readonly ResultView[],
  agentName: (id: string | null) => string,
): RunGroup[] {
  const groups = new Map<string, ResultView[]>()
  for (const result of results) {
    const key = JSON.stringify([setupOf(result, agentName(result.agentId)).key, result.engineVersion ?? null])
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  return [...groups].map(([key, list]) => ({
    ...{ key, ids: list.map(({ id }) => id) },
    label: labelOf(list, agentName),
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
