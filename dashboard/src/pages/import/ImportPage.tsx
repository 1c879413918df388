import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useAccess } from '../../api/access.ts'
import common from '../../ui/common.module.css'
import { NeedsToken } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { DropZone } from './DropZone.tsx'
import { tooManyText } from './dropped.ts'
import { FilesPanel } from './FilesPanel.tsx'
import { ImportBar } from './ImportBar.tsx'
import type { Dropped } from './import-queue.ts'
import { MissingForm } from './MissingForm.tsx'
import { countRuns, factsOf, lacking, type Typed } from './missing.ts'
import { remember } from './remembered.ts'
import { useImportQueue } from './useImportQueue.ts'

/** Result files of any tool: dropped, looked at, completed with what they do not say, and imported. */
export function ImportPage() {
  const access = useAccess()
  return (
    <Page
      title="Import results"
      above={<Link to="/results">Results</Link>}
      lead="Of vLLM, SGLang, llama-bench, GuideLLM, AIPerf, lm-eval and others. A file is recognised by its content."
    >
      {access === 'none' || access === 'wrong' ? (
        <Panel title="Files">
          <NeedsToken to="import results" />
        </Panel>
      ) : (
        <Importing />
      )}
    </Page>
  )
}

function Importing() {
  const { queue, entries, skipped, busy } = useImportQueue()
  const [typed, setTyped] = useState<Typed>({})
  const [note, setNote] = useState<string>()
  const add = (files: readonly Dropped[]) =>
    setNote(files.length === 0 ? 'No result file was found in it.' : tooManyText(queue.add(files)))
  const start = () => {
    remember(typed)
    const ids = entries.filter((entry) => countRuns([entry], typed).new > 0).map(({ id }) => id)
    queue.importAll(ids, factsOf(typed))
  }
  return (
    <div className={common.stack}>
      <DropZone onFiles={add} note={note} small={entries.length > 0} />
      {(entries.length > 0 || skipped > 0) && (
        <FilesPanel
          entries={entries}
          skipped={skipped}
          typed={typed}
          onRemove={(id) => queue.remove(id)}
          onRetry={() => queue.retry()}
        />
      )}
      {entries.length > 0 && (
        <>
          <MissingForm lacking={lacking(entries)} typed={typed} onChange={setTyped} />
          <ImportBar
            entries={entries}
            busy={busy}
            typed={typed}
            onImport={start}
            onClear={() => queue.clear()}
          />
        </>
      )}
    </div>
  )
}
