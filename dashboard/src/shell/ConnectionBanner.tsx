import { Button } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useConnection } from '../live/connection.ts'
import { useAsk } from '../ui/ask.ts'
import css from './Shell.module.css'

const DELAY_MS = 1500

/** Shows that the event stream is interrupted or refused. */
export function ConnectionBanner() {
  const connection = useConnection()
  const ask = useAsk()
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (connection !== 'lost') return setLate(false)
    const timer = setTimeout(() => setLate(true), DELAY_MS)
    return () => clearTimeout(timer)
  }, [connection])
  const shown = connection === 'refused' || (connection === 'lost' && late)
  return (
    <div role="status" aria-live="polite">
      {shown && (
        <div className={css.banner}>
          <IconCloudOff size={17} aria-hidden />
          {connection === 'refused'
            ? 'This server requires a token.'
            : 'The connection to the server is lost. The page may be out of date; it reconnects by itself.'}
          {connection === 'refused' && (
            <Button variant="default" onClick={() => ask.signIn()}>
              Sign in
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
