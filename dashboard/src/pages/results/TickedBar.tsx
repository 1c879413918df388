import { Button } from '@mantine/core'
import { plural } from '../../lib/format.ts'
import { LinkButton } from '../../ui/LinkButton.tsx'
import css from './results.module.css'
import type { Ticked } from './useTicked.ts'

/** The actions for ticked results. */
export function TickedBar({ ticked }: { ticked: Ticked }) {
  const { ids, clear } = ticked
  if (ids.length === 0) return null
  return (
    <div className={css.bar}>
      <span>
        {ids.length === 1
          ? 'One result ticked: tick another to compare.'
          : `${plural(ids.length, 'result')} ticked`}
      </span>
      <Button variant="default" onClick={clear}>
        Untick
      </Button>
      {ids.length > 1 && (
        <LinkButton to="/compare" search={{ ids: ids.join(',') }}>
          Compare {ids.length}
        </LinkButton>
      )}
    </div>
  )
}
