import { Button, type ButtonProps, Checkbox, Select, TextInput } from '@mantine/core'
import { IconShare } from '@tabler/icons-react'
import { useState } from 'react'
import { kitt, read } from '../api/kitt.ts'
import type { SharedView } from '../api/shares.ts'
import { CopyLine } from './CopyLine.tsx'
import common from './common.module.css'
import { DialogButton } from './DialogButton.tsx'
import { DialogForm } from './DialogForm.tsx'
import css from './dialog.module.css'
import { Time } from './Time.tsx'
import { useAction } from './useAction.ts'

type Props = ButtonProps & {
  /** What the link shows; `since` is not offered here. */
  view: SharedView
  /** The name that is proposed for the link. */
  name: string
}

/** Makes a link that shows one view without a token. */
export const ShareButton = ({ view, name, ...button }: Props) => (
  <DialogButton
    variant="default"
    needs="share this"
    leftSection={<IconShare size={14} aria-hidden />}
    label="Share"
    title="Share by a link"
    wide
    {...button}
  >
    {(close) => <ShareForm view={view} name={name} onDone={close} />}
  </DialogButton>
)

const DAY_MS = 86_400_000
const DAYS = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
]

function ShareForm({ view, name: proposed, onDone }: { view: SharedView; name: string; onDone(): void }) {
  const [name, setName] = useState(proposed.slice(0, 200))
  const [days, setDays] = useState('30')
  const [hosts, setHosts] = useState(false)
  const [notes, setNotes] = useState(false)
  const make = useAction({
    run: () => {
      const expires_at = new Date(Date.now() + Number(days) * DAY_MS).toISOString()
      const json = { name: name.trim(), view: sent(view), hosts, notes, expires_at }
      return read(kitt().api.v1.shares.$post({ json }))
    },
    refresh: [['shares']],
    quiet: true,
  })
  if (make.data) {
    return (
      <div className={common.stack}>
        <p>
          Everyone with this link sees this view, and nothing else, until{' '}
          <Time at={make.data.expires_at} full />. It is shown only once:
        </p>
        <CopyLine text={`${location.origin}/shared#${make.data.secret}`} label="the link" />
        <div className={common.end}>
          <Button onClick={onDone}>Done</Button>
        </div>
      </div>
    )
  }
  return (
    <DialogForm action={make} verb="Make the link" ready={name.trim() !== ''} onCancel={onDone}>
      <p className={css.hint}>
        Everyone with the link sees this view without a token. What was asked and answered is never shown.
      </p>
      <TextInput
        label="Name"
        description="For the list of links, and as the title of the shared page."
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Select
        label="Expires in"
        data={DAYS}
        value={days}
        onChange={(value) => setDays(value ?? '30')}
        allowDeselect={false}
      />
      <Checkbox
        label="Show names and addresses of hosts"
        checked={hosts}
        onChange={(event) => setHosts(event.currentTarget.checked)}
      />
      <Checkbox
        label="Show notes and tags"
        checked={notes}
        onChange={(event) => setNotes(event.currentTarget.checked)}
      />
    </DialogForm>
  )
}

/** As the API takes it: a time is a text there. */
const sent = (view: SharedView) =>
  view.kind === 'series' ? { kind: view.kind, setup_id: view.setup_id, metric: view.metric } : view
