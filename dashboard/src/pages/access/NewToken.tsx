import { Button, Select, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import common from '../../ui/common.module.css'
import { DialogButton } from '../../ui/DialogButton.tsx'
import { DialogForm } from '../../ui/DialogForm.tsx'
import { useAction } from '../../ui/useAction.ts'

type Made = { name: string; token: string }

/** Makes a token and shows it, this once. */
export function NewToken() {
  const [made, setMade] = useState<Made>()
  return (
    <DialogButton
      needs="make a token"
      leftSection={<IconPlus size={14} aria-hidden />}
      label="New token"
      title={made ? `The token “${made.name}”` : 'New token'}
      wide
      isHeld={made !== undefined}
      onClosed={() => setMade(undefined)}
    >
      {(close) =>
        made ? <Shown made={made} onDone={close} /> : <TokenForm onMade={setMade} onCancel={close} />
      }
    </DialogButton>
  )
}

function Shown({ made, onDone }: { made: Made; onDone(): void }) {
  return (
    <div className={common.stack}>
      <p>It is shown only once. Programs take it from the variable KITT_TOKEN:</p>
      <CopyLine text={made.token} label="the token" />
      <div className={common.end}>
        <Button onClick={onDone}>Done</Button>
      </div>
    </div>
  )
}

const SCOPES = [
  { value: 'read', label: 'read: all but tokens and the audit' },
  { value: 'run', label: 'run: also launches and imports' },
  { value: 'admin', label: 'admin: everything' },
]
const DAY_MS = 86_400_000
const NEVER = 'never'
const DAYS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: NEVER, label: 'never' },
]

type Scope = 'read' | 'run' | 'admin'

function TokenForm({ onMade, onCancel }: { onMade(made: Made): void; onCancel(): void }) {
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('run')
  const [days, setDays] = useState('90')
  const make = useAction({
    run: async () => {
      const expires_at = days === NEVER ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString()
      const json = { name: name.trim(), scope, expires_at }
      return { name: json.name, ...(await read(kitt().api.v1.tokens.$post({ json }))) }
    },
    refresh: [['tokens']],
    after: onMade,
    quiet: true,
  })
  return (
    <DialogForm action={make} verb="Create the token" ready={name.trim() !== ''} onCancel={onCancel}>
      <TextInput
        label="Name"
        description="Who or what uses it; the audit shows it."
        placeholder="ci"
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label="Scope"
        description="What it may do. With run it also starts tests and campaigns, and engines on the hosts."
        data={SCOPES}
        value={scope}
        onChange={(value) => setScope((value ?? 'run') as Scope)}
        allowDeselect={false}
      />
      <Select
        label="Expires in"
        data={DAYS}
        value={days}
        onChange={(value) => setDays(value ?? '90')}
        allowDeselect={false}
      />
    </DialogForm>
  )
}
