import { useState } from 'react'
import { Panel } from '../../ui/Panel.tsx'
import css from './results.module.css'

/** The document as it is stored. Written out only when somebody wants to see it: it may be megabytes. */
export function RawDocument({ document }: { document: object }) {
  const [open, setOpen] = useState(false)
  return (
    <Panel title="Document">
      <details className={css.raw} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Show the whole document</summary>
        {open && <pre tabIndex={0}>{JSON.stringify(document, null, 2)}</pre>}
      </details>
    </Panel>
  )
}
