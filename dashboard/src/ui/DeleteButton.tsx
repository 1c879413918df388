import type { ButtonProps } from '@mantine/core'
import { ActionButton } from './ActionButton.tsx'
import { useAsk } from './ask.ts'
import { useAction } from './useAction.ts'

type Props = ButtonProps & {
  /** The action, as after "to": `delete a model`. */
  needs: string
  /** The question of the confirmation, and its explanation. */
  title: string
  text: string
  run(): Promise<unknown>
  done: string
  refresh: string[][]
  after?(): void
  'aria-label'?: string
}

/** Deletes something after a confirmation. */
export function DeleteButton({ title, text, run, done, refresh, after, ...button }: Props) {
  const ask = useAsk()
  const remove = useAction({ run, done, refresh, ...(after ? { after } : {}) })
  const start = async () => {
    if (await ask.confirm({ title, text, confirm: 'Delete', danger: true })) remove.mutate()
  }
  return (
    <ActionButton
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() => void start()}
      {...button}
    >
      Delete
    </ActionButton>
  )
}
