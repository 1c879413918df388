import { TagsInput, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import { tagsQuery } from '../../api/results.ts'
import type { ResultView } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'

/** The notes and tags of a result. */
export function ResultNotes({ result }: { result: ResultView }) {
  const { id } = result
  const known = useQuery(tagsQuery()).data?.tags ?? []
  const [notes, setNotes] = useState(result.notes)
  const [tags, setTags] = useState(result.tags)
  const save = useAction({
    run: () => read(kitt().api.v1.results[':id'].$patch({ param: { id }, json: { notes, tags } })),
    done: 'Notes and tags saved.',
    refresh: [['results']],
  })
  const changed = notes !== result.notes || tags.join('\n') !== result.tags.join('\n')
  return (
    <Panel title="Notes and tags">
      <div className={common.stack}>
        <Textarea
          label="Notes"
          rows={2}
          maxLength={10_000}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          description="Press Enter after each tag. Lists and exports can be filtered by them."
          data={known.map(({ tag }) => tag)}
          value={tags}
          onChange={setTags}
          maxTags={50}
          size="sm"
        />
        <SaveBar
          needs="note something on a result"
          disabled={!changed}
          saving={save.isPending}
          onSave={() => save.mutate()}
        />
      </div>
    </Panel>
  )
}
