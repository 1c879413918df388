import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
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
  queryOptions({
    queryKey: ['schedules', 'list', search],
    queryFn: () =>
      wholePage((skip) => read(kitt().api.v1.schedules.$get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'one', id],
    queryFn: () => read(kitt().api.v1.schedules[':id'].$get({ param: { id } })),
  })

/** The next times of a calendar, for those signed in; an error says what is wrong with it. */
export const previewQuery = (cron: string, timezone: string, mayAsk: boolean) =>
  queryOptions({
    queryKey: ['schedule-preview', cron, timezone],
    queryFn: () => read(kitt().api.v1.schedules.preview.$post({ json: { cron, timezone } })),
    enabled: mayAsk && cron.trim() !== '',
    retry: false,
    staleTime: 30_000,
  })
