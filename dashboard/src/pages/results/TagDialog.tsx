import { Modal, TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { tagsQuery } from '../../api/results.ts'
import { plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import { tagAll } from './bulk.ts'

/** Gives tags to the ticked results, or takes some away. */
export function TagDialog({ ids }: { ids: readonly string[] }) {
  const [open, setOpen] = useState(false)
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  const known = useQuery({ ...tagsQuery(), enabled: open }).data?.tags.map(({ tag }) => tag) ?? []
  const close = () => {
    setOpen(false)
    setAdd([])
    setRemove([])
  }
  const save = useAction({
    run: () => tagAll(ids, { add, remove }),
    done: (changed) => `${plural(changed, 'result')} changed.`,
    refresh: [['results']],
    after: close,
    quiet: true,
  })
  return (
    <>
      <ActionButton needs="tag results" variant="default" onClick={() => setOpen(true)}>
        Tag
      </ActionButton>
      <Modal opened={open} onClose={close} title={`Tag ${plural(ids.length, 'result')}`}>
        <div className={common.stack}>
          <TagsInput
            label="Tags to give"
            description="Press Enter after each tag."
            data={known}
            value={add}
            onChange={setAdd}
            maxTags={50}
            openOnFocus={false}
            data-autofocus
          />
          <TagsInput
            label="Tags to take away"
            data={known}
            value={remove}
            onChange={setRemove}
            maxTags={50}
          />
          <SaveBar
            needs="tag results"
            disabled={add.length + remove.length === 0}
            saving={save.isPending}
            error={save.error}
            onSave={() => save.mutate()}
          />
        </div>
      </Modal>
    </>
  )
}
