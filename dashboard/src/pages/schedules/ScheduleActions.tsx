import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import type { ScheduleDetail } from '../../api/schedules.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { DeleteButton } from '../../ui/DeleteButton.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { useAction } from '../../ui/useAction.ts'

const refresh = [['schedules'], ['campaigns']]

/** Run now, pause or resume, edit, delete. */
export function ScheduleActions({ schedule }: { schedule: ScheduleDetail }) {
  const { id, name, enabled } = schedule
  const navigate = useNavigate()
  const param = { id }
  const api = () => kitt().api.v1.schedules[':id']
  const run = useAction({
    run: () => read(api().run.$post({ param })),
    done: `${name} runs now.`,
    refresh,
  })
  const pause = useAction({
    run: () => read(api().$put({ param, json: { enabled: !enabled } })),
    done: enabled ? `${name} is paused.` : `${name} goes on.`,
    refresh,
  })
  return (
    <>
      <ActionButton needs="run a schedule" action={run}>
        Run now
      </ActionButton>
      <ActionButton needs="change a schedule" variant="default" action={pause}>
        {enabled ? 'Pause' : 'Resume'}
      </ActionButton>
      <LinkButton to="/schedules/$id/edit" params={{ id }} variant="default">
        Edit
      </LinkButton>
      <DeleteButton
        needs="delete a schedule"
        title={`Delete ${name}?`}
        text="Its campaigns and results are kept; the list of its runs is not."
        run={() => read(api().$delete({ param }))}
        done={`${name} is deleted.`}
        refresh={[['schedules', 'list']]}
        after={() => void navigate({ to: '/schedules' })}
      />
    </>
  )
}
