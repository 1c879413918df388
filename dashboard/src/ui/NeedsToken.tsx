import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { isSignedIn, useAccess } from '../api/access.ts'
import { useAsk } from './ask.ts'
import { Empty } from './Empty.tsx'

/** Shown instead of content that needs a token, or one that may do more. `to` is a verb phrase: "see the settings". */
export function NeedsToken({ to }: { to: string }) {
  const ask = useAsk()
  const which = isSignedIn(useAccess()) ? 'An admin token' : 'A token'
  return (
    <Empty title={`${which} is needed to ${to}.`}>
      <Button variant="default" onClick={() => ask.signIn()}>
        Sign in
      </Button>
    </Empty>
  )
}

/** Shows its children to those who may do everything. `to` is as above. */
export function ForAdmins({ to, children }: { to: string; children: ReactNode }) {
  const access = useAccess()
  return access === undefined || access === 'full' ? children : <NeedsToken to={to} />
}
