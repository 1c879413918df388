import { Checkbox, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { NOTICE_TYPES, USUAL_NOTICES, WEBHOOK_KINDS } from '../../../../../lib/states.ts'
import { createWebhook, type NoticeType, type WebhookKind } from '../../../api/webhooks.ts'
import common from '../../../ui/common.module.css'
import { DialogForm } from '../../../ui/DialogForm.tsx'
import { useAction } from '../../../ui/useAction.ts'
import css from './notifications.module.css'
import { EVENTS, KINDS } from './words.ts'

type Made = { id: string; name: string; secret: string | null }
type Given = { name: string; kind: WebhookKind; to: string; models: string; agents: string; tags: string }

const EMPTY: Given = { name: '', kind: 'slack', to: '', models: '', agents: '', tags: '' }
const CHOICES = Object.entries(KINDS).map(([value, { label }]) => ({ value, label }))
const listOf = (text: string) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

/** Asks where messages go, and of what. */
export function NewWebhookForm({ onMade, onCancel }: { onMade(made: Made): void; onCancel(): void }) {
  const [given, setGiven] = useState(EMPTY)
  const [events, setEvents] = useState<NoticeType[]>([...USUAL_NOTICES])
  const { kind, to } = given
  const name = given.name.trim() || KINDS[kind].label
  const create = useAction({
    run: () =>
      createWebhook({
        ...{ name, kind, events },
        ...(kind === 'email' ? { recipients: listOf(to) } : { url: to.trim() }),
        filter: { agents: listOf(given.agents), models: listOf(given.models), tags: listOf(given.tags) },
      }),
    refresh: [['webhooks']],
    after: (made) => onMade({ ...made, name }),
    quiet: true,
  })
  const set = (change: Partial<Given>) => setGiven((now) => ({ ...now, ...change }))
  const ready = to.trim() !== '' && events.length > 0
  return (
    <DialogForm action={create} verb="Add" ready={ready} onCancel={onCancel}>
      <Select
        label="Where"
        data={CHOICES}
        value={kind}
        allowDeselect={false}
        onChange={(value) => set({ kind: WEBHOOK_KINDS.find((one) => one === value) ?? 'json' })}
      />
      <TextInput
        label={kind === 'email' ? 'Addresses' : 'URL'}
        description={KINDS[kind].hint}
        placeholder={KINDS[kind].url ?? 'you@example.org'}
        value={to}
        autoComplete="off"
        required
        onChange={(event) => set({ to: event.currentTarget.value })}
      />
      <TextInput
        label="Name"
        placeholder={KINDS[kind].label}
        value={given.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Checkbox.Group
        label="Tell it when"
        value={events}
        onChange={(chosen) => setEvents(NOTICE_TYPES.filter((type) => chosen.includes(type)))}
      >
        <div className={css.events}>
          {Object.entries(EVENTS).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <details>
        <summary>Only of some models, agents or tags</summary>
        <div className={common.stack}>
          {(['models', 'agents', 'tags'] as const).map((part) => (
            <TextInput
              key={part}
              label={`Only of these ${part}`}
              description="Separated by commas; empty: all."
              value={given[part]}
              onChange={(event) => set({ [part]: event.currentTarget.value })}
            />
          ))}
        </div>
      </details>
    </DialogForm>
  )
}
