import { Button, type ButtonProps } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAccess } from '../api/access.ts'
import { type Question, useAsk } from './ask.ts'

type Props = ButtonProps & {
  /** The action, as a verb phrase: `launch a test`. */
  needs: string
  /** What it does, as from `useAction`; it is shown as loading meanwhile. */
  action?: { mutate(): void; isPending: boolean }
  onClick?(): void
  /** Is asked first. */
  question?: Question
  children: ReactNode
  'aria-label'?: string
}

/** A button for a change; without a token that may change something it opens the sign-in dialog. */
export function ActionButton({ needs, action, onClick, question, ...props }: Props) {
  const access = useAccess()
  const ask = useAsk()
  const button = { loading: action?.isPending ?? false, ...props }
  const act = async () => {
    if (question && !(await ask.confirm(question))) return
    action?.mutate()
    onClick?.()
  }
  // Which changes a token of the scope `run` may make is decided by the server, which says what is needed.
  if (access === 'full' || access === 'run' || access === undefined)
    return <Button onClick={() => void act()} {...button} />
  return (
    <Button
      {...button}
      leftSection={<IconLock size={14} aria-hidden />}
      title={`Needs a token to ${needs}`}
      onClick={() => ask.signIn(`A token is needed to ${needs}.`)}
    />
  )
}
