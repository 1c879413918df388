import { Button } from '@mantine/core'
import { useAccess } from '../../api/access.ts'
import { setToken, useToken } from '../../api/token.ts'
import { useAsk } from '../../ui/ask.ts'
import { Panel } from '../../ui/Panel.tsx'
import css from './settings.module.css'

/** The token of this browser. */
export function TokenPanel() {
  const token = useToken()
  const access = useAccess()
  const ask = useAsk()
  return (
    <Panel title="Token">
      <div className={css.token}>
        {token ? (
          <p>
            Begins with <code>{token.slice(0, 8)}</code>
            {access === 'wrong' ? ', and is not valid on this server.' : ', saved in this browser.'}
          </p>
        ) : (
          <p>{access === 'full' ? 'None: this server requires no token.' : 'None: read only.'}</p>
        )}
        {token ? (
          <Button variant="default" onClick={() => setToken(undefined)}>
            Sign out
          </Button>
        ) : (
          access !== 'full' && <Button onClick={() => ask.signIn()}>Sign in</Button>
        )}
      </div>
    </Panel>
  )
}
