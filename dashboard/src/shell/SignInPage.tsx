import { Button } from '@mantine/core'
import { setToken, useToken } from '../api/token.ts'
import { Page } from '../ui/Page.tsx'
import { Panel } from '../ui/Panel.tsx'
import { SignInForm } from '../ui/SignInDialog.tsx'
import css from './Shell.module.css'

/** In place of every page, where the server shows itself to nobody without a token, or does not know the one in use. */
export function SignInPage() {
  const wrong = useToken() !== undefined
  return (
    <Page title="Sign in">
      <div className={css.narrow}>
        <Panel
          title={
            wrong
              ? 'The token of this browser is not valid any more'
              : 'This server shows itself only to people with a token'
          }
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
                ? 'It was replaced or deleted. Sign in with another, or sign out and go on without one.'
                : undefined
            }
          />
        </Panel>
      </div>
    </Page>
  )
}
