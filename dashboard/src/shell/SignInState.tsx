import { Button } from '@mantine/core'
import { IconLock, IconLockOpen } from '@tabler/icons-react'
import { isSignedIn, useAccess } from '../api/access.ts'
import { setToken, useToken } from '../api/token.ts'
import { useAsk } from '../ui/ask.ts'
import css from './Shell.module.css'

/** The access of this browser, with a button to sign in or out. */
export function SignInState() {
  const access = useAccess()
  const token = useToken()
  const ask = useAsk()
  if (access === undefined) return <div className={css.who} />
  if (!isSignedIn(access)) {
    return (
      <div className={css.who}>
        <span>
          <IconLock size={14} aria-hidden /> {access === 'wrong' ? 'Invalid token' : 'Read only'}
        </span>
        <Button variant="default" onClick={() => ask.signIn()}>
          Sign in
        </Button>
      </div>
    )
  }
  return (
    <div className={css.who}>
      <span>
        <IconLockOpen size={14} aria-hidden /> {token ? 'Signed in' : 'No token needed'}
        {access !== 'full' && `, scope ${access}`}
      </span>
      {token && (
        <Button variant="default" onClick={() => setToken(undefined)}>
          Sign out
        </Button>
      )}
    </div>
  )
}
