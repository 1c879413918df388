import { Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { AgentSettings } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import common from '../../ui/common.module.css'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'

type TextKey = Exclude<keyof AgentSettings, 'auto_cleanup'>
const FIELDS: [TextKey, string, string][] = [
  ['model_storage_dir', 'Model folder', 'Where the agent stores models.'],
  ['model_share_source', 'Share to mount', 'A network share with models, such as nas:/models.'],
  ['model_share_mount', 'Mount point', 'Where the share is mounted.'],
  ['heartbeat_interval_s', 'Heartbeat, in seconds', 'From 10 to 300.'],
  ['kitt_image', 'Container image', 'Empty: the image of its version.'],
]

export function AgentSettingsForm({ id, saved }: { id: string; saved: AgentSettings }) {
  const [values, setValues] = useState(saved)
  const save = useAction({
    run: () =>
      read(kitt().api.v1.agents[':id'].settings.$put({ param: { id }, json: changesOf(saved, values) })),
    done: 'Settings saved; the agent applies them with its next heartbeat.',
    refresh: [['agents']],
    quiet: true,
  })
  const changed = Object.keys(changesOf(saved, values)).length > 0
  return (
    <div className={common.fields}>
      {FIELDS.map(([key, label, description]) => (
        <TextInput
          key={key}
          label={label}
          description={description}
          value={values[key]}
          onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
        />
      ))}
      <Switch
        label="Clean up models after each test"
        checked={values.auto_cleanup === 'true'}
        onChange={(event) =>
          setValues({ ...values, auto_cleanup: event.currentTarget.checked ? 'true' : 'false' })
        }
      />
      <SaveBar
        needs="change settings"
        disabled={!changed}
        saving={save.isPending}
        error={save.error}
        onSave={() => save.mutate()}
      />
    </div>
  )
}

const changesOf = (saved: AgentSettings, values: AgentSettings): Partial<AgentSettings> =>
  Object.fromEntries(
    Object.entries(values).filter(([key, value]) => saved[key as keyof AgentSettings] !== value),
  )
