import { queryOptions } from '@tanstack/react-query'
import type { Schedule } from '../../../app/schedules/schema.ts'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'
import { wholePage } from './whole-page.ts'

export type {
  NewSchedule,
  Schedule,
  ScheduleDetail,
  ScheduleRun,
} from '../../../app/schedules/schema.ts'

export type ScheduleSearch = Search<never>

/** A page of schedules, by name. */
export const schedulesQuery = (search: ScheduleSearch = {}) =>
  listQuery('schedules', search, (args) => kitt().api.v1.schedules.$get(args))

const PER_PAGE = 100

/** The schedules that are due next, the soonest first. The list is by name, so that all of it is read. */
export const nextSchedulesQuery = (shown: number) =>
  queryOptions({
    queryKey: ['schedules', 'next', shown],
    queryFn: async () => {
      const found: Schedule[] = []
      for (let page = 1, pages = 1; page <= pages; page++) {
        const query = { page, per_page: PER_PAGE }
        const { items, total } = await wholePage((skip) =>
          read(kitt().api.v1.schedules.$get({ query: queryOf({ ...query, skip }) })),
        )
        found.push(...items)
        pages = Math.ceil(total / PER_PAGE)
      }
      return found
        .filter(({ next_at }) => next_at !== null)
        .sort((a, b) => Date.parse(a.next_at ?? '') - Date.parse(b.next_at ?? ''))
        .slice(0, shown)
    },
  })

export const scheduleQuery = (id: string) =>
  oneQuery('schedules', id, (args) => kitt().api.v1.schedules[':id'].$get(args))

/** The next times of a calendar, for those signed in; an error says what is wrong with it. */
export const previewQuery = (cron: string, timezone: string, mayAsk: boolean) =>
  queryOptions({
    queryKey: ['schedule-preview', cron, timezone],
    queryFn: () => read(kitt().api.v1.schedules.preview.$post({ json: { cron, timezone } })),
    enabled: mayAsk && cron.trim() !== '',
    retry: false,
    staleTime: 30_000,
  })
