import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { plural } from '../../lib/format.ts'
import { Panel } from '../../ui/Panel.tsx'
import css from './import.module.css'
import { FIELDS, type FieldName, type Typed } from './missing.ts'
import { remembered } from './remembered.ts'

type Props = { lacking: Map<FieldName, number>; typed: Typed; onChange(typed: Typed): void }

/** Asks once for what the files do not say. What is told here is marked as told, and never passes for measured. */
export function MissingForm({ lacking, typed, onChange }: Props) {
  const asked = FIELDS.filter(({ name }) => lacking.has(name))
  const set = (name: keyof Typed) => (value: string) => onChange({ ...typed, [name]: value })
  return (
    <Panel
      title={asked.length > 0 ? 'What the files do not say' : 'Tags'}
      aside={asked.length > 0 && 'It is used only where a file is silent, and marked as told by you.'}
    >
      <div className={css.fields}>
        {asked.map(({ name, label, needed, example }) => (
          <Field
            key={name}
            name={name}
            label={label}
            note={`${plural(lacking.get(name) ?? 0, 'run')}${name === 'timestamp' ? ' with the date of the file alone' : ''}${needed ? ', needed' : ''}`}
            example={example}
            value={typed[name] ?? ''}
            onChange={set(name)}
          />
        ))}
        <Field
          name="tag"
          label="Tags"
          note="of all runs, with commas between"
          example="before the upgrade"
          value={typed.tag ?? ''}
          onChange={set('tag')}
        />
      </div>
    </Panel>
  )
}

type FieldProps = {
  name: keyof Typed
  label: string
  note: string
  example: string
  value: string
  onChange(value: string): void
}

function Field({ name, label, note, example, value, onChange }: FieldProps) {
  const [before] = useState(remembered)
  const choices = Array.isArray(before[name]) ? before[name] : []
  const list = choices.length > 0 ? `earlier-${name}` : undefined
  return (
    <div>
      <TextInput
        label={label}
        description={note}
        placeholder={example}
        value={value}
        type={name === 'timestamp' ? 'datetime-local' : name === 'gpu_count' ? 'number' : 'text'}
        min={name === 'gpu_count' ? 1 : undefined}
        maxLength={name === 'host' ? 253 : 300}
        list={list}
        autoComplete="off"
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {list && (
        <datalist id={list}>
          {choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </div>
  )
}
