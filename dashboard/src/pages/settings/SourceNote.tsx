import { Button } from '@mantine/core'
import { SOURCES, type Source } from './setting-fields.ts'
import css from './settings.module.css'

/** Where a value comes from; a saved one can be forgotten. */
export function SourceNote(props: { source: Source; label: string; onForget(): void }) {
  return (
    <div className={css.source}>
      {SOURCES[props.source]}
      {props.source === 'saved' && (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Forget what is saved: ${props.label}`}
          onClick={props.onForget}
        >
          Forget it
        </Button>
      )}
    </div>
  )
}
