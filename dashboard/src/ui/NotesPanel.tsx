import { TagsInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import common from './common.module.css'
import { Panel } from './Panel.tsx'
import { SaveBar } from './SaveBar.tsx'
import { useAction } from './useAction.ts'

type Noted = { notes: string; tags: string[] }

type Props = {
  saved: Noted
  save(json: Noted): Promise<unknown>
  /** The part of the cache to read again. */
  area: string
  /** The action, as after "to": `change notes and tags`. */
  needs: string
  rows: number
  maxTags: number
  /** Tags to choose from. */
  known?: string[]
  /** What tags are good for. */
  about?: string
}

/** The notes and tags of an agent or a result. */
export function NotesPanel({ saved, save: send, area, needs, rows, maxTags, known = [], about = '' }: Props) {
  const [notes, setNotes] = useState(saved.notes)
  const [tags, setTags] = useState(saved.tags)
  const save = useAction({
    run: () => send({ notes, tags }),
    done: 'Notes and tags saved.',
    refresh: [[area]],
  })
  const changed = notes !== saved.notes || tags.join('\n') !== saved.tags.join('\n')
  return (
    <Panel title="Notes and tags">
      <div className={common.stack}>
        <Textarea
          label="Notes"
          rows={rows}
          maxLength={10_000}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          description={`Press Enter after each tag. ${about}`}
          data={known}
          value={tags}
          onChange={setTags}
          maxTags={maxTags}
          size="sm"
        />
        <SaveBar needs={needs} disabled={!changed} saving={save.isPending} onSave={() => save.mutate()} />
      </div>
    </Panel>
  )
}
