import { Button, CloseButton } from '@mantine/core'
import type { FormEvent } from 'react'
import common from '../../ui/common.module.css'
import { ModelField } from '../tests/ModelField.tsx'
import css from './campaigns.module.css'
import type { StepProps } from './steps.ts'
import { withTyped } from './useCampaignForm.ts'

export function ModelsStep({ form, change }: StepProps) {
  const add = (event: FormEvent) => {
    event.preventDefault()
    change(withTyped(form))
  }
  return (
    <>
      <form className={css.add} onSubmit={add}>
        <ModelField value={form.typed} onChange={(typed) => change({ typed })} />
        <Button type="submit" size="sm" disabled={form.typed.trim() === ''}>
          Add
        </Button>
      </form>
      {form.models.length === 0 ? (
        <p className={common.sub}>No models yet.</p>
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
