import { Textarea, TextInput } from '@mantine/core'
import type { StepProps } from './steps.ts'

export function BasicsStep({ form, change }: StepProps) {
  return (
    <>
      <TextInput
        label="Name"
        placeholder="Engines on the 4090, November"
        value={form.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        required
      />
      <Textarea
        label="Description"
        description="The purpose of the campaign."
        value={form.description}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
    </>
  )
}
