import { DeleteButton } from '../../ui/DeleteButton.tsx'

type Props = {
  /** What is ended, with its name: `the token “ci”`. */
  what: string
  text: string
  run(): Promise<unknown>
  refresh: string[][]
}

/** Ends a token or a link after a confirmation. */
export const RevokeButton = ({ what, ...given }: Props) => (
  <DeleteButton
    {...given}
    verb="Revoke"
    size="compact-sm"
    needs={`revoke ${what}`}
    aria-label={`Revoke ${what}`}
    title={`Revoke ${what}?`}
    done={`Revoked ${what}.`}
  />
)
