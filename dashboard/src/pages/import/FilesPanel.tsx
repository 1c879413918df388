import { Button } from '@mantine/core'
import { useState } from 'react'
import { plural } from '../../lib/format.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { FileNotes, FileRuns } from './FileRuns.tsx'
import { FileState } from './FileState.tsx'
import css from './import.module.css'
import type { Entry } from './import-queue.ts'
import type { Typed } from './missing.ts'

type Props = {
  entries: readonly Entry[]
  skipped: number
  typed: Typed
  onRemove(id: number): void
  onRetry(): void
}

/** More rows make the page slow. */
const SHOWN = 100

/** What was found in each file, and how far it is. */
export function FilesPanel({ entries, skipped, typed, onRemove, onRetry }: Props) {
  const [all, setAll] = useState(false)
  const failed = entries.filter(({ state }) => state === 'failed').length
  const rows = all ? [...entries] : entries.slice(0, SHOWN)
  return (
    <Panel
      title={plural(entries.length, 'file')}
      aside={
        <>
          {skipped > 0 && `${plural(skipped, 'other file')} in the folders, which hold no result`}
          {failed > 0 && (
            <Button variant="default" size="xs" onClick={onRetry}>
              Send {plural(failed, 'file')} again
            </Button>
          )}
        </>
      }
      flush
    >
      <DataTable
        label="Files"
        rows={rows}
        rowKey={({ id }) => String(id)}
        columns={columnsOf(typed, onRemove)}
      />
      {entries.length > rows.length && (
        <div className={css.more}>
          <Button variant="subtle" onClick={() => setAll(true)}>
            Show all {entries.length} files
          </Button>
        </div>
      )}
    </Panel>
  )
}

const columnsOf = (typed: Typed, onRemove: (id: number) => void): Column<Entry>[] => [
  { key: 'file', header: 'File', cell: ({ path }) => <FileName path={path} /> },
  { key: 'state', header: 'State', cell: (entry) => <FileState entry={entry} typed={typed} /> },
  { key: 'found', header: 'Found', cell: ({ answer }) => (answer ? <Found answer={answer} /> : NOTHING) },
  {
    key: 'runs',
    header: 'Runs',
    cell: ({ answer }) => (answer ? <FileRuns answer={answer} typed={typed} /> : NOTHING),
  },
  { key: 'notes', header: 'Notes', cell: (entry) => <FileNotes entry={entry} /> },
  {
    key: 'remove',
    header: 'Remove',
    silent: true,
    cell: ({ id, path }) => (
      <Button variant="subtle" size="compact-xs" aria-label={`Remove ${path}`} onClick={() => onRemove(id)}>
        Remove
      </Button>
    ),
  },
]

function FileName({ path }: { path: string }) {
  const cut = path.lastIndexOf('/') + 1
  return (
    <span className={css.file}>
      {path.slice(cut)}
      {cut > 0 && <span className={css.sub}>{path.slice(0, cut)}</span>}
    </span>
  )
}

const Found = ({ answer: { tool, version, format } }: { answer: NonNullable<Entry['answer']> }) => (
  <span className={css.found}>
    {[tool, version].filter(Boolean).join(' ')}
    <span className={css.sub}>{format}</span>
  </span>
)
