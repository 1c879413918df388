import { Page } from '../ui/Page.tsx'
import { Panel } from '../ui/Panel.tsx'
import { SignInForm } from '../ui/SignInDialog.tsx'
import css from './Shell.module.css'

/** In place of every page, where the server shows itself to nobody without a token. */
export function SignInPage() {
  return (
    <Page title="Sign in">
      <div className={css.narrow}>
        <Panel title="This server shows itself only to people with a token">
          <SignInForm />
        </Panel>
      </div>
    </Page>
  )
}
