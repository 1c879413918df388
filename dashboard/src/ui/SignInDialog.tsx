import { Button, Modal, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { accessOf } from '../api/access.ts'
import { setToken } from '../api/token.ts'
import { useAsk } from './ask.ts'
import css from './dialog.module.css'
import { problemText } from './problem.ts'

/** Asks for a token and checks it before it is saved. */
export function SignInDialog(props: { open: boolean; reason: string | undefined; onClose(): void }) {
  return (
    <Modal opened={props.open} onClose={props.onClose} title="Sign in">
      <SignInForm reason={props.reason} onDone={props.onClose} />
    </Modal>
  )
}

type FormProps = { reason?: string | undefined; onDone?(): void }

export function SignInForm({ reason, onDone }: FormProps) {
  const ask = useAsk()
  const [token, change] = useState('')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const access = await accessOf(token.trim()).catch(problemText)
    setBusy(false)
    if (access === 'full' || access === 'run' || access === 'read') {
      setToken(token.trim())
      ask.notify('Signed in.')
      onDone?.()
    } else setProblem(access === 'wrong' ? 'This server does not know this token.' : access)
  }
  return (
    <form onSubmit={submit}>
      {reason && <p className={css.text}>{reason}</p>}
      <p className={css.hint}>
        The admin token was printed when the server first started. It is in the file <code>auth-token</code>{' '}
        in its home folder (<code>~/.kitt</code>). An administrator makes other tokens in the settings.
      </p>
      <PasswordInput
        label="Token"
        value={token}
        error={problem}
        onChange={(event) => change(event.currentTarget.value)}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
        data-autofocus
        required
      />
      <div className={css.buttons}>
        <Button type="submit" loading={busy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </div>
    </form>
  )
}
