import { getRouteApi, Link } from '@tanstack/react-router'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { NewTestForm } from './NewTestForm.tsx'
import css from './tests.module.css'

const route = getRouteApi('/quicktests/new')

/** The page to launch a quick test. */
export function NewTestPage() {
  const search = route.useSearch()
  return (
    <Page title="Launch a quick test" above={<Link to="/quicktests">Quick tests</Link>}>
      <div className={css.page}>
        <Panel title="What to measure, and where">
          <NewTestForm start={search} />
        </Panel>
      </div>
    </Page>
  )
}
