import { queryOptions } from '@tanstack/react-query'
import { kitt, read, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

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
