import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import common from '../../ui/common.module.css'
import { problemText } from '../../ui/problem.ts'
import { useAction } from '../../ui/useAction.ts'
import type { Made } from './InstallAgent.tsx'

/** Asks for the name of an agent and creates its token. */
export function NewAgentForm({ onMade }: { onMade(made: Made): void }) {
  const [name, setName] = useState('')
  const provision = useAction({
    run: () => {
      const json = name.trim() === '' ? {} : { name: name.trim() }
      return read(kitt().api.v1.agents.provision.$post({ json }))
    },
    refresh: [['agents', 'list']],
    after: onMade,
    quiet: true,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    provision.mutate()
  }
  return (
    <form onSubmit={submit} className={common.fields}>
      <TextInput
        label="Name"
        description="The name of the agent. Empty: the name of the host."
        placeholder="gpu-box-1"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={provision.error ? problemText(provision.error) : undefined}
        data-autofocus
      />
      <div className={common.end}>
        <Button type="submit" loading={provision.isPending}>
          Create the token
        </Button>
      </div>
    </form>
  )
}
