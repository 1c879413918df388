import { Button, Progress } from '@mantine/core'
import { plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import css from './import.module.css'
import type { Entry } from './import-queue.ts'
import { countRuns, storedIds, type Typed } from './missing.ts'

type Props = {
  entries: readonly Entry[]
  busy: number
  typed: Typed
  onImport(): void
  onClear(): void
}

/** The most results of one comparison. */
const COMPARED_MAX = 50

/** How many runs there are, the button that imports them, and where they are then. */
export function ImportBar({ entries, busy, typed, onImport, onClear }: Props) {
  const counts = countRuns(entries, typed)
  const ids = storedIds(entries)
  const files = entries.filter(({ state }) => state === 'refused').length
  const isDone = busy === 0 && entries.some(({ state }) => state === 'done')
  const compared = ids.slice(0, COMPARED_MAX)
  return (
    <section className={css.bar} aria-label="Import">
      <p role="status">{busy > 0 ? `${plural(busy, 'file')} to go …` : sentenceOf(counts, files)}</p>
      {busy > 0 && (
        <Progress
          className={css.progress ?? ''}
          aria-label="Files done"
          value={(100 * (entries.length - busy)) / entries.length}
        />
      )}
      <Button variant="default" onClick={onClear} disabled={busy > 0}>
        Clear
      </Button>
      {isDone && ids.length > 1 && (
        <LinkButton to="/compare" search={{ ids: compared.join(',') }}>
          {ids.length > COMPARED_MAX ? `Compare the first ${COMPARED_MAX}` : `Compare them`}
        </LinkButton>
      )}
      {(counts.new > 0 || !isDone) && (
        <ActionButton needs="import results" onClick={onImport} disabled={busy > 0 || counts.new === 0}>
          {counts.new > 0 ? `Import ${plural(counts.new, 'run')}` : 'Import'}
        </ActionButton>
      )}
    </section>
  )
}

function sentenceOf(
  { new: fresh, stored, known, asks, refused }: ReturnType<typeof countRuns>,
  files: number,
): string {
  const parts = [
    stored > 0 && `${plural(stored, 'run')} imported`,
    fresh > 0 && `${plural(fresh, 'new run')}`,
    known > 0 && `${known} known already`,
    asks > 0 && `${asks} of unknown model or engine`,
    refused > 0 && `${plural(refused, 'run')} refused`,
    files > 0 && `${plural(files, 'file')} refused`,
  ].filter(Boolean)
  return parts.length > 0 ? `${parts.join(', ')}.` : 'No run was found.'
}
