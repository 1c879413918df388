import type { ResultSearch } from '../../api/results.ts'
import type * as searches from '../../lib/searches.ts'

export type ChartsSearch = ReturnType<typeof searches.charts>
export type Group = NonNullable<ChartsSearch['group']>

export const GROUP_CHOICES = [
  { value: 'model', label: 'Model' },
  { value: 'engine', label: 'Engine' },
  { value: 'agent_id', label: 'Agent' },
  { value: 'gpu_model', label: 'GPU' },
  { value: 'suite_name', label: 'Suite' },
]
export const PERIOD_CHOICES = [
  { value: '1', label: 'A day' },
  { value: '7', label: 'A week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
]

const DAY_MS = 86_400_000

/** The shown period. It ends with the current day or hour, so that queries stay the same and are cached. */
export function spanOf(days: string | undefined, now: number): { from: number; to: number } {
  const length = Number(days ?? 90) * DAY_MS
  const step = length <= DAY_MS ? DAY_MS / 24 : DAY_MS
  const to = Math.ceil(now / step) * step
  return { from: to - length, to }
}

/** The filters, as the API takes them. */
export const filterOf = ({ q, engine, agent_id, simulated }: ChartsSearch): ResultSearch => ({
  q,
  engine,
  agent_id,
  simulated,
})

export const iso = (time: number): string => new Date(time).toISOString()
