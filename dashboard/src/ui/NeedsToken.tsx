import { Button } from '@mantine/core'
import { useAsk } from './ask.ts'
import { Empty } from './Empty.tsx'

/** Shown instead of content that needs a token. `to` is a verb phrase: "see the settings". */
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
