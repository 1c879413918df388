import { Button, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import type { SettingsChange, SettingsView } from '../../api/settings.ts'
import common from '../../ui/common.module.css'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import { changeOf, SOURCES, type Source, TEXTS, valuesOf } from './setting-fields.ts'
import css from './settings.module.css'

export function SettingsForm({ view }: { view: SettingsView }) {
  const before = valuesOf(view)
  const [values, setValues] = useState(before)
  const change = changeOf(before, values)
  const save = useAction({
    run: (json: SettingsChange) => read(kitt().api.v1.settings.$put({ json })),
    done: 'Settings saved and applied.',
    refresh: [['settings'], ['models']],
    quiet: true,
  })
  const forget = (key: keyof SettingsChange) => save.mutate({ [key]: null })
  return (
    <div className={common.stack}>
      {TEXTS.map(({ key, label, description }) => (
        <div key={key}>
          <TextInput
            label={label}
            description={description}
            type={key === 'event_days' ? 'number' : 'text'}
            value={values[key]}
            onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
          />
          <SourceNote source={view[key].source} label={label} onForget={() => forget(key)} />
        </div>
      ))}
      <div>
        <PasswordInput
          label="Devon key"
          description={
            view.devon_api_key.set ? 'A key is set; enter another to replace it.' : 'No key is set.'
          }
          value={values.devon_api_key}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
          onChange={(event) => setValues({ ...values, devon_api_key: event.currentTarget.value })}
        />
        <SourceNote
          source={view.devon_api_key.source}
          label="Devon key"
          onForget={() => forget('devon_api_key')}
        />
      </div>
      <div>
        <Switch
          label="Require a token for reads"
          checked={values.protect_reads}
          onChange={(event) => setValues({ ...values, protect_reads: event.currentTarget.checked })}
        />
        <SourceNote
          source={view.protect_reads.source}
          label="Reads"
          onForget={() => forget('protect_reads')}
        />
      </div>
      <SaveBar
        needs="change settings"
        disabled={Object.keys(change).length === 0}
        saving={save.isPending}
        error={save.error}
        onSave={() => save.mutate(change)}
      />
    </div>
  )
}

/** The source of a value; a saved value can be reset. */
function SourceNote(props: { source: Source; label: string; onForget(): void }) {
  return (
    <div className={css.source}>
      {SOURCES[props.source]}
      {props.source === 'saved' && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Reset the saved value: ${props.label}`}
          onClick={props.onForget}
        >
          Reset
        </Button>
      )}
    </div>
  )
}
