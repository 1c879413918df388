import { Button, CloseButton } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ModelField } from '../tests/ModelField.tsx'
import css from './campaigns.module.css'
import type { StepProps } from './steps.ts'

export function ModelsStep({ form, change }: StepProps) {
  const [typed, setTyped] = useState('')
  const add = (event: FormEvent) => {
    event.preventDefault()
    const model = typed.trim()
    if (model !== '' && !form.models.includes(model)) change({ models: [...form.models, model] })
    setTyped('')
  }
  return (
    <>
      <form className={css.add} onSubmit={add}>
        <ModelField value={typed} onChange={setTyped} />
        <Button type="submit" size="sm" disabled={typed.trim() === ''}>
          Add
        </Button>
      </form>
      {form.models.length === 0 ? (
        <p className={css.sub}>No models yet.</p>
      ) : (
        <ul className={css.models} aria-label="Chosen models">
          {form.models.map((model) => (
            <li key={model}>
              {model}
              <CloseButton
                aria-label={`Remove ${model}`}
                onClick={() => change({ models: form.models.filter((one) => one !== model) })}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
