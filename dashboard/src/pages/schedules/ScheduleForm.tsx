import { Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { ProblemLine } from '../../ui/ProblemLine.tsx'
import { needsSignIn } from '../../ui/problem.ts'
import { useAction } from '../../ui/useAction.ts'
import { CalendarFields } from './CalendarFields.tsx'
import { CampaignFields } from './CampaignFields.tsx'
import css from './schedules.module.css'
import { bodyOf, type ScheduleForm as Form, missingIn, useScheduleForm } from './useScheduleForm.ts'

type Props = {
  start: Form
  /** The schedule that is changed; a new one without. */
  id?: string
  /** The campaign that the form was filled from: its secrets are taken over. */
  like?: string | undefined
}

/** Creates or changes a schedule. */
export function ScheduleForm({ start, id, like }: Props) {
  const { form, change, changeCampaign } = useScheduleForm(start)
  const navigate = useNavigate()
  const agents = useAgentChoices()
  const save = useAction({
    run: async () => {
      const body = await bodyOf(form, agents)
      const api = () => kitt().api.v1.schedules
      if (id === undefined)
        return (await read(api().$post({ json: { ...body, ...(like ? { like } : {}) } }))).id
      await read(api()[':id'].$put({ param: { id }, json: body }))
      return id
    },
    done: id === undefined ? `${form.name.trim()} is scheduled.` : `${form.name.trim()} is changed.`,
    refresh: [['schedules']],
    after: (made) => void navigate({ to: '/schedules/$id', params: { id: made } }),
    quiet: true,
  })
  const missing = missingIn(form)
  return (
    <div className={`${common.stack} ${common.narrow}`}>
      <Panel title="When">
        <div className={common.stack}>
          <TextInput
            label="Name"
            placeholder="nightly"
            value={form.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            required
          />
          <CalendarFields form={form} change={change} />
          <MoreFields form={form} change={change} />
        </div>
      </Panel>
      <Panel title="What to measure">
        <CampaignFields form={form} change={change} changeCampaign={changeCampaign} />
      </Panel>
      {!needsSignIn(save.error) && <ProblemLine error={save.error} />}
      {missing.length > 0 && <p className={common.sub}>Still missing: {missing.join(', ')}.</p>}
      <div className={common.end}>
        <ActionButton
          needs="schedule a campaign"
          disabled={missing.length > 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {id === undefined ? 'Create schedule' : 'Save'}
        </ActionButton>
      </div>
    </div>
  )
}

const OVERLAP = [
  { value: 'skip', label: 'skip this time' },
  { value: 'queue', label: 'wait for its end' },
]
const MISSED = [
  { value: 'run_once', label: 'run once when it is back' },
  { value: 'skip', label: 'wait for the next time' },
]

function MoreFields({ form, change }: { form: Form; change(next: Partial<Form>): void }) {
  return (
    <details className={common.more}>
      <summary>What to do when something is in the way</summary>
      <div className={css.row}>
        <Select
          label="If the run before still goes on"
          data={OVERLAP}
          value={form.overlap}
          onChange={(value) => change({ overlap: (value ?? 'skip') as Form['overlap'] })}
          allowDeselect={false}
        />
        <Select
          label="If the server was off"
          data={MISSED}
          value={form.missed}
          onChange={(value) => change({ missed: (value ?? 'run_once') as Form['missed'] })}
          allowDeselect={false}
        />
        <TextInput
          type="number"
          min={0}
          max={3600}
          label="Begin up to, seconds later"
          value={form.jitter}
          onChange={(event) => change({ jitter: event.currentTarget.value })}
        />
        <TextInput
          type="number"
          min={0}
          max={720}
          label="A result is missing after, hours"
          value={form.grace}
          onChange={(event) => change({ grace: event.currentTarget.value })}
        />
      </div>
    </details>
  )
}
