import { Button } from '@mantine/core'
import { setToken, useToken } from '../api/token.ts'
import { Page } from '../ui/Page.tsx'
import { Panel } from '../ui/Panel.tsx'
import { SignInForm } from '../ui/SignInDialog.tsx'
import css from './Shell.module.css'

/** Shown instead of every page while the server requires a token or refuses the current one. */
export function SignInPage() {
  const wrong = useToken() !== undefined
  return (
    <Page title="Sign in">
      <div className={css.narrow}>
        <Panel
          title={wrong ? 'The token of this browser is no longer valid' : 'This server requires a token'}
          aside={
            wrong && (
              <Button variant="default" onClick={() => setToken(undefined)}>
                Sign out
              </Button>
            )
          }
        >
          <SignInForm
            reason={
              wrong
                ? 'It was replaced or deleted. Sign in with another, or sign out to continue without one.'
                : undefined
            }
          />
        </Panel>
      </div>
    </Page>
  )
}
