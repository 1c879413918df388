import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { ScheduleForm } from './ScheduleForm.tsx'
import { formOfSchedule } from './useScheduleForm.ts'

const route = getRouteApi('/schedules/$id/edit')

/** The page to change a schedule. What others change meanwhile does not move its fields. */
export function EditSchedulePage() {
  const { id } = route.useParams()
  const start = useQuery({
    queryKey: ['schedule-form', 'schedule', id],
    queryFn: async () => formOfSchedule(await read(kitt().api.v1.schedules[':id'].$get({ param: { id } }))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return (
    <Page
      title={start.data ? `Edit ${start.data.name}` : 'Edit schedule'}
      above={
        <Link to="/schedules/$id" params={{ id }}>
          Schedule
        </Link>
      }
    >
      <Loaded query={start} lines={8} height={32}>
        {(form) => <ScheduleForm start={form} id={id} />}
      </Loaded>
    </Page>
  )
}
