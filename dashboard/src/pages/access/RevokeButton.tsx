import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'

type Props = {
  /** What is ended, with its name: `the token “ci”`. */
  what: string
  text: string
  run(): Promise<unknown>
  refresh: string[][]
}

/** Ends a token or a link after a confirmation. */
export function RevokeButton({ what, text, run, refresh }: Props) {
  const ask = useAsk()
  const revoke = useAction({ run, done: `Revoked ${what}.`, refresh })
  const start = async () => {
    if (await ask.confirm({ title: `Revoke ${what}?`, text, confirm: 'Revoke', danger: true }))
      revoke.mutate()
  }
  return (
    <ActionButton
      variant="subtle"
      color="red"
      size="compact-sm"
      needs={`revoke ${what}`}
      aria-label={`Revoke ${what}`}
      loading={revoke.isPending}
      onClick={() => void start()}
    >
      Revoke
    </ActionButton>
  )
}
