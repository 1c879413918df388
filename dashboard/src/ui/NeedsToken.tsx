import { Button } from '@mantine/core'
import { useAsk } from './ask.ts'
import { Empty } from './Empty.tsx'

/** In place of what this server shows only to people with a token. `to`: "see the settings". */
export function NeedsToken({ to }: { to: string }) {
  const ask = useAsk()
  return (
    <Empty title={`A token is needed to ${to}.`}>
      <Button variant="default" onClick={() => ask.signIn()}>
        Sign in
      </Button>
    </Empty>
  )
}
