import { Failure } from '../ui/Failure.tsx'
import { Page } from '../ui/Page.tsx'

/** In place of a page that failed: its code could not be loaded, or something in it broke. */
export function PageFailure({ error, reset }: { error: unknown; reset(): void }) {
  return (
    <Page title="This page failed">
      <Failure error={error} onRetry={reset} />
    </Page>
  )
}
