import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { CampaignDetail } from '../../api/campaigns.ts'
import { kitt, read } from '../../api/kitt.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { ScheduleForm } from './ScheduleForm.tsx'
import { newForm, withCampaign } from './useScheduleForm.ts'

const route = getRouteApi('/schedules/new')

/** The page for a new schedule, of its own campaign or of one that exists. */
export function NewSchedulePage() {
  const { campaign } = route.useSearch()
  return (
    <Page title="New schedule" above={<Link to="/schedules">Schedules</Link>}>
      {campaign === undefined ? <ScheduleForm start={newForm()} /> : <FromCampaign id={campaign} />}
    </Page>
  )
}

function FromCampaign({ id }: { id: string }) {
  const start = useQuery({
    queryKey: ['schedule-form', 'campaign', id],
    queryFn: async () => startFrom(await read(kitt().api.v1.campaigns[':id'].$get({ param: { id } }))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return (
    <Loaded query={start} lines={8} height={32}>
      {(form) => <ScheduleForm start={form} like={id} />}
    </Loaded>
  )
}

const startFrom = ({ name, description, agent_id, config }: CampaignDetail) =>
  withCampaign({ ...newForm(), name }, { name, description, ...(agent_id ? { agent_id } : {}), config })
