import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import { DialogButton } from '../../ui/DialogButton.tsx'
import { DialogForm } from '../../ui/DialogForm.tsx'
import { useAction } from '../../ui/useAction.ts'

type Props = { setupId: string; segment: string }

/** Names a segment, so that candidates can be judged against it, and its runs are kept. */
export const NameSegment = ({ setupId, segment }: Props) => (
  <DialogButton
    needs="name a baseline"
    variant="subtle"
    label="Name as baseline"
    aria-label={`Name as baseline: the segment from ${segment.slice(0, 10)}`}
    title="Name this segment as a baseline"
  >
    {(close) => <NameForm setupId={setupId} segment={segment} onClose={close} />}
  </DialogButton>
)

function NameForm({ setupId, segment, onClose }: Props & { onClose(): void }) {
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const save = useAction({
    run: () => {
      const json = { setup_id: setupId, segment, note: note.trim() }
      return read(kitt().api.v1.baselines[':name'].$put({ param: { name: name.trim() }, json }))
    },
    done: 'The baseline is saved.',
    refresh: [['baselines']],
    after: onClose,
    quiet: true,
  })
  return (
    <DialogForm action={save} verb="Save" ready={name.trim() !== ''}>
      <p>Runs can be judged against a baseline by its name; retention never deletes its runs.</p>
      <TextInput
        label="Name"
        placeholder="release-0.11"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea label="Note" value={note} onChange={(event) => setNote(event.currentTarget.value)} />
    </DialogForm>
  )
}
