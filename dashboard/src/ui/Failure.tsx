import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useAsk } from './ask.ts'
import { needsSignIn, problemText } from './problem.ts'
import css from './states.module.css'

type Props = { error: unknown; onRetry?: () => void; stale?: boolean }

/** An error, with a button to retry or to sign in. */
export function Failure({ error, onRetry, stale }: Props) {
  const ask = useAsk()
  return (
    <div className={css.failure} role="alert" data-stale={stale || undefined}>
      <IconAlertTriangle size={18} aria-hidden />
      <div className={css.failureText}>
        {stale && 'The page may be out of date. '}
        {problemText(error)}
      </div>
      {needsSignIn(error) ? (
        <Button variant="default" onClick={() => ask.signIn()}>
          Sign in
        </Button>
      ) : (
        onRetry && (
          <Button variant="default" onClick={onRetry}>
            Retry
          </Button>
        )
      )}
    </div>
  )
}
