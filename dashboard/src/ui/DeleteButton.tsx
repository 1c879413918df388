import type { ButtonProps } from '@mantine/core'
import { ActionButton } from './ActionButton.tsx'
import { useAsk } from './ask.ts'
import { useAct } from './useAct.ts'

type Props = ButtonProps & {
  /** What it does, after "to": `delete a model`. */
  needs: string
  /** What is asked before, and what the answer leads to. */
  title: string
  text: string
  run(): Promise<unknown>
  done: string
  refresh: string[][]
  after?(): void
  'aria-label'?: string
}

/** Deletes something, after asking. */
export function DeleteButton({ title, text, run, done, refresh, after, ...button }: Props) {
  const ask = useAsk()
  const remove = useAct({ run, done, refresh, ...(after ? { after } : {}) })
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
