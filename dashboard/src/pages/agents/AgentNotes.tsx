import { TagsInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { Panel } from '../../ui/Panel.tsx'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import css from './agents.module.css'

/** The notes and tags of an agent. */
export function AgentNotes({ agent }: { agent: Agent }) {
  const [notes, setNotes] = useState(agent.notes)
  const [tags, setTags] = useState(agent.tags)
  const save = useAction({
    run: () => read(kitt().api.v1.agents[':id'].$patch({ param: { id: agent.id }, json: { notes, tags } })),
    done: 'Notes and tags saved.',
    refresh: [['agents']],
  })
  const changed = notes !== agent.notes || tags.join('\n') !== agent.tags.join('\n')
  return (
    <Panel title="Notes and tags">
      <div className={css.form}>
        <Textarea
          label="Notes"
          rows={3}
          value={notes}
          onChange={(event) => setNotes(event.currentTarget.value)}
        />
        <TagsInput
          label="Tags"
          description="Press Enter after each tag."
          value={tags}
          onChange={setTags}
          maxTags={100}
          size="sm"
        />
        <SaveBar
          needs="change notes and tags"
          disabled={!changed}
          saving={save.isPending}
          onSave={() => save.mutate()}
        />
      </div>
    </Panel>
  )
}
