import type { ResultSearch } from '../../api/results.ts'
import type * as searches from '../../lib/searches.ts'

export type PageSearch = ReturnType<typeof searches.results>

/** The parameters that are filters. */
export const FILTERS = [
  'q',
  'model',
  'engine',
  'suite_name',
  'agent_id',
  'campaign_id',
  'passed',
  'simulated',
  'tag',
  'since',
  'until',
] as const

/** The query for the API: days are in the local time zone, the last one inclusive. */
export function toQuery({ columns: _, since, until, ...search }: PageSearch): ResultSearch {
  return { ...search, since: startOf(since, 0), until: startOf(until, 1) }
}

function startOf(day: string | undefined, later: number): string | undefined {
  if (!day) return undefined
  const date = new Date(`${day}T00:00:00`)
  if (Number.isNaN(date.getTime())) return undefined
  date.setDate(date.getDate() + later)
  return date.toISOString()
}
