import type { ButtonProps } from '@mantine/core'
import { ActionButton } from './ActionButton.tsx'
import { useAction } from './useAction.ts'

type Props = ButtonProps & {
  /** The action, as after "to": `delete a model`. */
  needs: string
  /** The label. */
  verb?: string
  /** The question of the confirmation, and its explanation. */
  title: string
  text: string
  run(): Promise<unknown>
  done: string
  refresh: string[][]
  after?(): void
  'aria-label'?: string
}

/** Deletes or ends something after a confirmation. */
export function DeleteButton({ verb = 'Delete', title, text, run, done, refresh, after, ...button }: Props) {
  const remove = useAction({ run, done, refresh, ...(after ? { after } : {}) })
  const question = { title, text, confirm: verb, danger: true }
  return (
    <ActionButton variant="subtle" color="red" action={remove} question={question} {...button}>
      {verb}
    </ActionButton>
  )
}
