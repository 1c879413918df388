import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/Empty.tsx'
import { Failure } from '../ui/Failure.tsx'
import { Page } from '../ui/Page.tsx'

/** Shown instead of a page whose code could not be loaded or that threw an error. */
export function PageFailure({ error, reset }: { error: unknown; reset(): void }) {
  return (
    <Page title="This page failed">
      <Failure error={error} onRetry={reset} />
    </Page>
  )
}

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="There is no page at this address.">
        <Link to="/">Go to the overview</Link>
      </Empty>
    </Page>
  )
}
