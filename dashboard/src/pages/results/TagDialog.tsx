import { TagsInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { tagsQuery } from '../../api/results.ts'
import { plural } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { DialogButton } from '../../ui/DialogButton.tsx'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import { tagAll } from './bulk.ts'

type Props = { ids: readonly string[] }

/** Gives tags to the ticked results, or takes some away. */
export const TagDialog = ({ ids }: Props) => (
  <DialogButton
    needs="tag results"
    variant="default"
    label="Tag"
    title={`Tag ${plural(ids.length, 'result')}`}
  >
    {(close) => <TagForm ids={ids} onDone={close} />}
  </DialogButton>
)

function TagForm({ ids, onDone }: Props & { onDone(): void }) {
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  const known = useQuery(tagsQuery()).data?.tags.map(({ tag }) => tag) ?? []
  const save = useAction({
    run: () => tagAll(ids, { add, remove }),
    done: (changed) => `${plural(changed, 'result')} changed.`,
    refresh: [['results']],
    after: onDone,
    quiet: true,
  })
  return (
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
      <TagsInput label="Tags to take away" data={known} value={remove} onChange={setRemove} maxTags={50} />
      <SaveBar
        needs="tag results"
        disabled={add.length + remove.length === 0}
        saving={save.isPending}
        error={save.error}
        onSave={() => save.mutate()}
      />
    </div>
  )
}
