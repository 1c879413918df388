import { Button, type ButtonProps } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAccess } from '../api/access.ts'
import { useAsk } from './ask.ts'

type Props = ButtonProps & {
  /** The action, as a verb phrase: `launch a test`. */
  needs: string
  onClick(): void
  children: ReactNode
  'aria-label'?: string
}

/** A button for a change; without a token that may change something it opens the sign-in dialog. */
export function ActionButton({ needs, onClick, ...props }: Props) {
  const access = useAccess()
  const ask = useAsk()
  // Which changes a token of the scope `run` may make is decided by the server, which says what is needed.
  if (access === 'full' || access === 'run' || access === undefined)
    return <Button onClick={onClick} {...props} />
  return (
    <Button
      {...props}
      leftSection={<IconLock size={14} aria-hidden />}
      title={`Needs a token to ${needs}`}
      onClick={() => ask.signIn(`A token is needed to ${needs}.`)}
    />
  )
}
