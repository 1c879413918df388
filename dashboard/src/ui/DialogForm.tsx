import { Button } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import common from './common.module.css'
import { ProblemLine } from './ProblemLine.tsx'

type Props = {
  /** What it does, as from `useAction`. */
  action: { mutate(): void; isPending: boolean; error: Error | null }
  /** The label of the button that sends it. */
  verb: string
  /** Whether all that it needs is given. */
  ready: boolean
  onCancel?(): void
  children: ReactNode
}

/** The form of a dialog: its fields, what went wrong at the last try, and its buttons. */
export function DialogForm({ action, verb, ready, onCancel, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) action.mutate()
  }
  return (
    <form className={common.stack} onSubmit={submit}>
      {children}
      <div className={common.end}>
        <ProblemLine error={action.error} />
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" disabled={!ready} loading={action.isPending}>
          {verb}
        </Button>
      </div>
    </form>
  )
}
