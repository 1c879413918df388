import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/Empty.tsx'
import { Page } from '../ui/Page.tsx'

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Empty title="There is no page at this address.">
        <Link to="/">Go to the overview</Link>
      </Empty>
    </Page>
  )
}
